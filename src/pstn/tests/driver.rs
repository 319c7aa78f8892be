//! Two switches as programs, over SCTP, M3UA and spans on loopback.

use std::path::Path;
use std::time::Duration;

use codecs::isup::Cause;
use tokio::sync::watch;
use tokio::task::{JoinHandle, LocalSet};

use crate::config::parse;
use crate::party::{ConversationConfig, NotPlaced, ReleasedBy};
use crate::pstn::*;
use crate::tap::Tap;
use crate::world::World;

/// Nothing here takes that long; a test that hangs says so.
const PATIENCE: Duration = Duration::from_secs(60);

/// Addresses of this process alone: tests of another may run at the same time.
fn text(own: u8, other: u8, role: &str, more: &str) -> String {
    let [high, low] = (std::process::id() as u16).to_be_bytes();
    let net = format!("127.{}.{low}", high | 64);
    format!(
        r#"
program = "pstn"
[numbering]
country_code = "49"
[ss7]
point_code = "{own}-1-1"
[[ss7.peer]]
name = "other"
role = "{role}"
local = ["{net}.{own}:9899"]
remote = ["{net}.{other}:9899"]
routing_context = 100
point_codes = ["{other}-1-1"]
[[trunk]]
name = "other"
point_code = "{other}-1-1"
circuits = [{{ first_cic = 1, last_cic = 31, span = 0, first_timeslot = 1 }}]
[[span]]
id = 0
local = "{net}.{own}:2142"
remote = "{net}.{other}:2142"
{more}"#
    )
}

struct Program {
    handle: Handle,
    stop: watch::Sender<bool>,
    task: JoinHandle<Result<(), Error>>,
}

fn start(text: &str) -> (Config, Program) {
    let config: Config = parse(Path::new("test.toml"), text).unwrap();
    let (handle, control) = control();
    let (stop, stopped) = watch::channel(false);
    let world = World {
        tap: Tap::default(),
        stop: stopped,
    };
    let task = tokio::task::spawn_local(run_controlled(config.clone(), world, control));
    (config, Program { handle, stop, task })
}

impl Program {
    async fn end(self) {
        self.stop.send(true).unwrap();
        self.task.await.unwrap().unwrap();
    }
}

const CALLING: &str = r#"
[[call]]
name = "by itself"
called = "+49 30 90026017"
[[call]]
name = "by hand"
called = "+49 30 90026000"
calling = "+49 89 12345678"
after_ms = 3600000
conversation = { tone_hz = 440, expect_hz = 620, hang_up_after_ms = 400 }
"#;

const CALLED: &str = r#"
[[subscriber]]
number = "+49 30 90026000"
ring_ms = 50
conversation = { tone_hz = 620, expect_hz = 440 }
[[subscriber]]
number = "+49 30 90026017"
takes = "busy"
"#;

async fn two_programs() {
    let (_, mut called) = start(&text(1, 2, "sgp", CALLED));
    let (config, mut calling) = start(&text(2, 1, "asp", CALLING));
    called.handle.in_service().await.unwrap();
    calling.handle.in_service().await.unwrap();

    let busy = calling.handle.report().await.unwrap();
    assert_eq!(busy.name.as_deref(), Some("by itself"));
    assert_eq!(
        (busy.release_cause, busy.answered),
        (Some(Cause::USER_BUSY), false)
    );
    assert!(!called.handle.report().await.unwrap().answered);

    let placed = calling.handle.call(config.call[1].clone()).await.unwrap();
    let taken = called.handle.report().await.unwrap();
    for report in [&placed, &taken] {
        let voice = report.voice.unwrap();
        assert!(
            report.answered && voice.exact && voice.samples > 1000,
            "{report}"
        );
        assert_eq!(report.release_cause, Some(Cause::NORMAL_CLEARING));
    }
    assert_eq!(placed.released_by, ReleasedBy::Here);
    assert!(placed.post_dial_delay.is_some());

    let mut elsewhere = config.call[1].clone();
    elsewhere.trunk = Some("nowhere".into());
    assert_eq!(
        calling.handle.call(elsewhere).await,
        Err(NotPlaced::NoSuch("trunk"))
    );

    // A call that is up is released when its program is stopped.
    let mut endless = config.call[1].clone();
    endless.conversation = ConversationConfig::default();
    let last = calling.handle.call(endless);
    let stop = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        called.end().await;
    };
    let (last, ()) = tokio::join!(last, stop);
    assert_eq!(last.unwrap().released_by, ReleasedBy::There);
    calling.end().await;
}

#[test]
fn two_programs_talk() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    LocalSet::new().block_on(&runtime, async {
        tokio::time::timeout(PATIENCE, two_programs())
            .await
            .unwrap();
    });
}
