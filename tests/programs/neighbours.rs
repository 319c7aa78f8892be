//! Exchanges of other kinds next to the gateway: one that has gone mad, and those of networks that
//! speak another ISUP.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::Path;

use codecs::isup::{Message, Pdu};

use crate::bench::is_good;
use crate::caller::Caller;
use crate::foreign::Foreign;
use crate::metrics::{IDLE, Metrics};
use crate::programs::{Bench, Example};
use crate::{second_switch, sounds};

fn quiet_switch(bench: &Bench) -> Example {
    bench.example("pstn").without_calls()
}

/// A conversation of some length, with voice both ways.
const CONVERSATION: &str = r#"
[[call]]
name = "fixed"
called = "+49 721 9578290"
calling = "+49 89 12345678"
conversation = { tone_hz = 440, expect_hz = 620, hang_up_after_ms = 2500 }
"#;

#[test]
fn a_flood_from_another_exchange_leaves_a_conversation_untouched() {
    let bench = Bench::new();
    let admin = bench.address("20:9090");
    let ims = bench.start("ims", &bench.example("ims").without_calls());
    let hss = bench.start_example("hss");
    ims.logs("Diameter connection open");
    let gateway = bench.start("gateway", &second_switch::gateway(&bench, "mad"));
    let mad = Foreign::start(&bench, "11:9899", "1-1-2", |_| None);
    Metrics::await_value(admin, "tandem_circuits{state=\"idle\",trunk=\"mad\"}", 31.0);
    let exchange = bench.start("pstn", &quiet_switch(&bench).and(CONVERSATION));
    gateway.logs("answered");

    // A call on every circuit over and over, once more on the busy one, and resets in between.
    let iam = Pdu::decode(sounds::IAM).unwrap().message;
    for number in 0..10_000 {
        mad.say(number % 31 + 1, Message::Rsc);
        mad.say(number % 31 + 1, iam.clone());
        mad.say(number % 31 + 1, iam.clone());
    }
    drop(mad);
    is_good(&exchange.says("fixed: outgoing"));
    is_good(&ims.says("desk: incoming +498912345678"));

    let metrics = Metrics::fetch(admin);
    let count = |message: &str, way: &str| {
        let name = format!("tandem_isup_messages_total{{message=\"{message}\",way=\"{way}\"}}");
        metrics.get(&name)
    };
    let (resets, answered) = (count("RSC", "received"), count("RLC", "sent"));
    let discarded = metrics.get("tandem_isup_discarded_total{trunk=\"mad\"}");
    assert!(
        discarded > 0.0 && answered < resets,
        "{answered} of {resets} resets answered"
    );
    assert_eq!(
        metrics.get("tandem_isup_discarded_total{trunk=\"pstn\"}"),
        0.0
    );
    let alert = "tandem_alerts_total{alert=\"flooded\",trunk=\"mad\"}";
    assert!(metrics.get(alert) >= 1.0);
    Metrics::await_value(admin, "tandem_calls_up", 0.0);
    for program in [exchange, gateway, ims, hss] {
        program.stop();
    }
}

#[test]
fn calls_succeed_in_the_isup_and_point_codes_of_other_networks() {
    for variant in ["etsi", "ansi"] {
        let bench = Bench::new();
        let speaking = |example: Example| {
            let format = if variant == "ansi" { "ansi" } else { "itu" };
            let format = format!("[ss7]\npoint_code_format = \"{format}\"\n");
            let trunk = format!("[[trunk]]\nvariant = \"{variant}\"\n");
            example.with("[ss7]\n", &format).with("[[trunk]]\n", &trunk)
        };
        let gateway = bench.start("gateway", &speaking(bench.example("gateway")));
        let hss = bench.start_example("hss");
        let ims = bench.start("ims", &bench.example("ims").without_calls());
        ims.logs("Diameter connection open");
        let conversation = quiet_switch(&bench).and(CONVERSATION);
        let exchange = bench.start("pstn", &speaking(conversation));
        is_good(&exchange.says("fixed: outgoing"));
        let mut caller = Caller::new(&bench, "42:5099");
        let mut call = caller.invite("+493090026000");
        call.answered();
        call.hang_up();
        Metrics::await_value(bench.address("20:9090"), IDLE, 31.0);
        for program in [exchange, gateway, ims, hss] {
            program.stop();
        }
    }
}

/// The configuration of a program in a recipe, which is complete.
fn recipe(bench: &Bench, title: &str, program: &str) -> Example {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/recipes.md");
    let recipes = fs::read_to_string(path).unwrap();
    let mut recipes = recipes.split("\n## ");
    let recipe = recipes.find(|text| text.starts_with(title)).unwrap();
    let head = format!("toml {program} alone\n");
    let mut blocks = recipe.split("```");
    let block = blocks.find_map(|block| block.strip_prefix(&head)).unwrap();
    Example(bench.moved(block))
}

#[test]
fn the_recipe_for_an_ansi_exchange_works_both_ways() {
    let bench = Bench::new();
    let title = "An ANSI exchange";
    let gateway = bench.start("gateway", &recipe(&bench, title, "gateway"));
    let hss = bench.example("hss").with("+497219578290", "+12125550100");
    let hss = bench.start("hss", &hss.with("497219578290", "12125550100"));
    let ims = bench.example("ims").without_calls();
    let ims = bench.start("ims", &ims.with("+49 721 9578290", "+1 212 5550100"));
    ims.logs("Diameter connection open");
    let exchange = bench.start("pstn", &recipe(&bench, title, "pstn"));
    is_good(&exchange.says("new york: outgoing"));
    is_good(&ims.says("desk: incoming +13125550198"));
    let mut caller = Caller::new(&bench, "42:5099");
    let mut call = caller.invite("+13125550199");
    call.answered();
    call.hang_up();
    let idle = "tandem_circuits{state=\"idle\",trunk=\"chicago\"}";
    Metrics::await_value(bench.address("20:9090"), idle, 24.0);
    for program in [exchange, gateway, ims, hss] {
        program.stop();
    }
}

/// The gateway takes an exchange of Q.763 for one of T1.113.
#[test]
fn a_trunk_of_the_wrong_isup_is_named_in_the_log() {
    let bench = Bench::new();
    let [gateway, exchange] = ["gateway", "pstn"].map(|program| {
        let recipe = recipe(&bench, "An ANSI exchange", program);
        recipe.with("4097", "1").with("4120", "24")
    });
    // An exchange of another ISUP resets once.
    let ansi = "variant = \"ansi\"\n";
    let once = [ansi, "repeat_group_messages = false\n"].concat();
    let gateway = bench.start("gateway", &gateway.with(ansi, &once));
    let exchange = exchange.with(ansi, "");
    let exchange = bench.start("pstn", &exchange);
    let said = gateway.logs("reads as one of \"itu\"");
    assert!(said.contains("5-2-1"), "{said}");
    for program in [exchange, gateway] {
        program.stop();
    }
}
