//! The `tandem` program: one subcommand for the gateway and each of its counterparts on a bench.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Parser, Subcommand};
use tandem::capture::{self, Capture};
use tandem::config::{self, ConfigError, Configuration, Loaded, Warning};
use tandem::tap::Tap;
use tandem::world::{World, interrupted};
use tandem::{admin, decode, demo, gateway, hss, ims, log, output, pstn, routes, tables, timers};
use tokio::sync::watch;

/// PSTN interworking gateway for IMS, with the PSTN switch, HSS and IMS core of a bench.
#[derive(Parser)]
#[command(version, after_help = "Start with: tandem demo")]
struct Cli {
    /// What to log: error, warn, info, debug, or by module as in `info,tandem::gateway=debug`.
    ///
    /// [default: info, for the demo error]
    #[arg(long, global = true, env = "TANDEM_LOG", value_name = "LEVEL")]
    log: Option<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Place the mobile, the fixed and the outgoing call on a bench inside this process.
    #[command(after_help = "Example: tandem demo --pcap demo.pcapng")]
    Demo(demo::Options),
    /// Run the gateway.
    #[command(after_help = "Example: tandem gateway --config config/gateway.toml")]
    Gateway(Program),
    /// Run a PSTN switch: answers calls, places calls, or plays scenarios.
    #[command(
        after_help = "Example: tandem pstn --config config/pstn.toml\n         tandem pstn --config config/pstn.toml --scenario tests/q784 --only '1.2.*'"
    )]
    Pstn(Switch),
    /// Run an HLR/HSS: MAP sendRoutingInfo and Diameter Cx.
    #[command(after_help = "Example: tandem hss --config config/hss.toml")]
    Hss(Program),
    /// Run an IMS core with terminals: I-CSCFs, an S-CSCF, terminals that ring, answer and call.
    #[command(after_help = "Example: tandem ims --config config/ims.toml")]
    Ims(Program),
    /// Show messages given in hexadecimal, or the signalling of a capture, in words.
    #[command(
        after_help = "Examples: tandem decode isup \"01 00 0c 02 00 02 80 90\"\n          tandem decode --pcap demo.pcapng"
    )]
    Decode(decode::Options),
    /// Validate configuration files and explain each fault with its line.
    ///
    /// Status 0 if all are sound, 1 if one has a fault.
    #[command(after_help = "Example: tandem check config/gateway.toml config/pstn.toml")]
    Check {
        /// The files; the `program` key of each says what it is for.
        #[arg(value_name = "FILE", required_unless_present = "config")]
        files: Vec<PathBuf>,
        /// The same.
        #[arg(long, value_name = "FILE", conflicts_with = "files")]
        config: Option<PathBuf>,
    },
    /// Show, block, unblock, reset, query and audit the circuits of a running gateway or switch.
    #[command(
        after_help = "Example: tandem circuits show --admin 127.0.0.20:9090 --trunk pstn --cic 1-31"
    )]
    Circuits(admin::Options),
    /// Show the M3UA peers of a running gateway or PSTN switch, and lock them out.
    #[command(after_help = "Example: tandem peers show --admin 127.0.0.20:9090")]
    Peers(admin::PeerOptions),
    /// Show what the gateway would make of a call, policy by policy, and where it would go.
    #[command(
        after_help = "Example: tandem routes --config config/gateway.toml --from pstn --number 1715407090"
    )]
    Routes(routes::Options),
    /// Show the tables by which ISUP and SIP are translated, each rule with its clause.
    #[command(after_help = "Example: tandem tables causes")]
    Tables(tables::Options),
    /// Show the timers of the ISDN user part, and which trunk groups have other values; those of the
    /// interworking with SIP.
    #[command(after_help = "Example: tandem timers --config config/gateway.toml")]
    Timers {
        /// The configuration of a gateway or a PSTN switch.
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
        /// Print them as JSON.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Args)]
struct Program {
    /// The configuration file.
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// Write everything that is sent and received to this file (pcapng, for Wireshark).
    #[arg(long, value_name = "FILE")]
    pcap: Option<PathBuf>,
}

#[derive(Args)]
struct Switch {
    #[command(flatten)]
    program: Program,
    #[command(flatten)]
    play: pstn::PlayOptions,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(code) => code,
        Err(error) if is_unread(&error) => ExitCode::from(UNREAD),
        Err(error) => {
            // The faults of a file are lines of their own, each beginning with the file.
            match error.is::<ConfigError>() {
                true => output::tell(error),
                false => output::tell(format_args!("tandem: {error}")),
            }
            ExitCode::FAILURE
        }
    }
}

/// The status of a program that nobody listens to any more: 128 + SIGPIPE.
const UNREAD: u8 = 141;

/// Whether it is only that the reader of standard output has gone, as `head` does.
fn is_unread(error: &Failure) -> bool {
    let error = error.downcast_ref::<io::Error>();
    error.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

type Failure = Box<dyn std::error::Error>;

fn run(cli: Cli) -> Result<ExitCode, Failure> {
    let level = match cli.command {
        Command::Demo(_) | Command::Decode(_) => "error",
        _ => "info",
    };
    log::start(cli.log.as_deref().unwrap_or(level))?;
    match cli.command {
        Command::Demo(options) => demo::run(&options),
        Command::Decode(options) => decode::run(&options),
        Command::Check { files, config } => check(files.into_iter().chain(config)),
        Command::Circuits(options) => admin::run(&options),
        Command::Peers(options) => admin::run_peers(&options),
        Command::Routes(options) => routes::run(&options),
        Command::Tables(options) => tables::run(&options),
        Command::Timers { config, json } => show_timers(config.as_deref(), json),
        Command::Gateway(program) => start(program, gateway::run),
        Command::Pstn(Switch { program, play }) if play.are_given() => {
            let (cases, rules) = (play.cases()?, play.rules());
            start(program, |config, world| {
                pstn::play(config, cases, rules, world)
            })
        }
        Command::Pstn(Switch { program, .. }) => start(program, pstn::run),
        Command::Hss(program) => start(program, hss::run),
        Command::Ims(program) => start(program, ims::run),
    }
}

/// Runs a program on this thread until it is told to stop, by SIGINT or SIGTERM.
fn start<C, E, F>(program: Program, run: impl FnOnce(C, World) -> F) -> Result<ExitCode, Failure>
where
    C: Configuration,
    E: std::error::Error + 'static,
    F: Future<Output = Result<(), E>>,
{
    let Loaded { config, warnings } = config::load::<C>(&program.config)?;
    for warning in warnings {
        tracing::warn!("{warning}");
    }
    let capture = program.pcap.as_deref().map(open_capture).transpose()?;
    let tap = capture
        .as_ref()
        .map_or_else(Tap::default, |capture| Tap::new(capture.clone()));
    let (stopper, stop) = watch::channel(false);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let local = tokio::task::LocalSet::new();
    local.block_on(&runtime, async {
        tokio::task::spawn_local(async move {
            if interrupted().await.is_ok() {
                // Nobody listening any more is as good as stopped.
                let _ = stopper.send(true);
            }
        });
        run(config, World { tap, stop }).await
    })?;
    if let Some(capture) = capture {
        capture.flush()?;
    }
    Ok(ExitCode::SUCCESS)
}

fn open_capture(path: &Path) -> Result<Arc<Capture>, Failure> {
    let capture = Capture::create(path, capture::Scope::All)
        .map_err(|error| format!("--pcap {}: {error}", path.display()))?;
    Ok(Arc::new(capture))
}

/// A verdict on each file.
fn check(files: impl Iterator<Item = PathBuf>) -> Result<ExitCode, Failure> {
    let mut code = ExitCode::SUCCESS;
    for file in files {
        match verdict(&file) {
            Ok((program, warnings)) => {
                for warning in warnings {
                    output::tell(format_args!("warning: {warning}"));
                }
                let file = file.display();
                output::print(format_args!("{file}: a sound configuration of {program}"))?;
            }
            Err(fault) => {
                output::tell(fault);
                code = ExitCode::FAILURE;
            }
        }
    }
    Ok(code)
}

/// Which program a sound file is for, and what it warns of.
fn verdict(path: &Path) -> Result<(&'static str, Vec<Warning>), ConfigError> {
    let programs: [(&str, Checker); 4] = [
        (gateway::Config::PROGRAM, is_sound::<gateway::Config>),
        (pstn::Config::PROGRAM, is_sound::<pstn::Config>),
        (hss::Config::PROGRAM, is_sound::<hss::Config>),
        (ims::Config::PROGRAM, is_sound::<ims::Config>),
    ];
    let (program, is_sound) = config::program(path, programs)?;
    Ok((program, is_sound(path)?))
}

type Checker = fn(&Path) -> Result<Vec<Warning>, ConfigError>;

fn is_sound<C: Configuration>(path: &Path) -> Result<Vec<Warning>, ConfigError> {
    config::check::<C>(path).map(|loaded| loaded.warnings)
}

fn show_timers(path: Option<&Path>, json: bool) -> Result<ExitCode, Failure> {
    let trunks: [(&str, TimersOf); 2] = [
        (gateway::Config::PROGRAM, |path| {
            let config = config::load::<gateway::Config>(path)?.config;
            let interworking = config.interworking_timers();
            Ok((timers::of(&config.trunk), interworking))
        }),
        (pstn::Config::PROGRAM, |path| {
            let config = config::load::<pstn::Config>(path)?.config;
            Ok((timers::of(&config.trunk), Vec::new()))
        }),
    ];
    let (trunks, interworking) = match path {
        Some(path) => config::program(path, trunks)?.1(path)?,
        None => (Vec::new(), timers::interworking()),
    };
    let rows = timers::rows(&trunks, &interworking);
    match json {
        true => output::print(serde_json::to_string_pretty(&rows)?)?,
        false => output::print(timers::table(&rows))?,
    }
    Ok(ExitCode::SUCCESS)
}

type TimersOf =
    fn(&Path) -> Result<(Vec<timers::TrunkTimers>, Vec<timers::Interworking>), ConfigError>;
