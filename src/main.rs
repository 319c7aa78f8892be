//! The `tandem` program: one subcommand for the gateway and each of its counterparts on a bench.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Parser, Subcommand};
use tandem::capture::{self, Capture};
use tandem::config::{self, Configuration};
use tandem::tap::Tap;
use tandem::world::World;
use tandem::{demo, gateway, hss, ims, pstn};
use tokio::sync::watch;
use tracing_subscriber::EnvFilter;

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
    /// Run a PSTN switch: answers calls, places calls.
    #[command(after_help = "Example: tandem pstn --config config/pstn.toml")]
    Pstn(Program),
    /// Run an HLR/HSS: MAP sendRoutingInfo and Diameter Cx.
    #[command(after_help = "Example: tandem hss --config config/hss.toml")]
    Hss(Program),
    /// Run an IMS core with terminals: I-CSCFs, an S-CSCF, terminals that ring, answer and call.
    #[command(after_help = "Example: tandem ims --config config/ims.toml")]
    Ims(Program),
    /// Validate a configuration file and explain each fault with its line.
    #[command(after_help = "Example: tandem check --config config/gateway.toml")]
    Check {
        /// The file; its `program` key says what it is for.
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
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

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(code) => code,
        Err(error) => {
            #[allow(clippy::print_stderr)] // the one line that says why
            {
                eprintln!("tandem: {error}");
            }
            ExitCode::FAILURE
        }
    }
}

type Failure = Box<dyn std::error::Error>;

fn run(cli: Cli) -> Result<ExitCode, Failure> {
    let level = match cli.command {
        Command::Demo(_) => "error",
        _ => "info",
    };
    start_log(cli.log.as_deref().unwrap_or(level))?;
    match cli.command {
        Command::Demo(options) => demo::run(&options),
        Command::Check { config } => check(&config),
        Command::Gateway(program) => start(program, gateway::run),
        Command::Pstn(program) => start(program, pstn::run),
        Command::Hss(program) => start(program, hss::run),
        Command::Ims(program) => start(program, ims::run),
    }
}

/// Logs to stderr. The SCTP library prints every packet at level info: it speaks only where it is
/// asked to by name.
fn start_log(wanted: &str) -> Result<(), Failure> {
    let quiet = if wanted.contains("dcsctp") {
        ""
    } else {
        ",dcsctp=warn"
    };
    let filter = EnvFilter::try_new(format!("{wanted}{quiet}"))
        .map_err(|error| format!("--log {wanted}: {error}"))?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
    Ok(())
}

/// Runs a program on this thread until it is told to stop, by SIGINT or SIGTERM.
fn start<C, E, F>(program: Program, run: impl FnOnce(C, World) -> F) -> Result<ExitCode, Failure>
where
    C: Configuration,
    E: std::error::Error + 'static,
    F: Future<Output = Result<(), E>>,
{
    let config = config::load::<C>(&program.config)?;
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

async fn interrupted() -> std::io::Result<()> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        result = tokio::signal::ctrl_c() => result,
        _ = terminate.recv() => Ok(()),
    }
}

fn check(path: &Path) -> Result<ExitCode, Failure> {
    let program = config::program(path)?;
    match program.as_str() {
        gateway::Config::PROGRAM => drop(config::load::<gateway::Config>(path)?),
        pstn::Config::PROGRAM => drop(config::load::<pstn::Config>(path)?),
        hss::Config::PROGRAM => drop(config::load::<hss::Config>(path)?),
        ims::Config::PROGRAM => drop(config::load::<ims::Config>(path)?),
        other => {
            let message = format!(
                "{}: program: expected \"gateway\", \"pstn\", \"hss\" or \"ims\", found {other:?}",
                path.display()
            );
            return Err(message.into());
        }
    }
    println!("{}: a sound configuration of {program}", path.display());
    Ok(ExitCode::SUCCESS)
}
