//! Running the server: open everything, bind, serve until told to stop, drain.
//!
//! The port is bound when the store is open: whatever is wrong with the
//! configuration or the store is said before anybody can connect. Transforms
//! are loaded meanwhile and afterwards.

use crate::caps::DRAIN_MS;
use crate::http::{self, AppState};
use crate::listener;
use crate::signals::{Signal, Signals};
use anyhow::Context as _;
use hookmill_config::{ReadFile, Settings};
use hookmill_relay::uploads::Sample;
use hookmill_relay::{Config, OnLoss, Relay, RelayTasks};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A relay that is open and not yet reachable.
struct Server {
    relay: Arc<Relay>,
    state: AppState,
    listen: SocketAddr,
}

/// A relay that serves and delivers.
struct RunningServer {
    relay: Arc<Relay>,
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    http: JoinHandle<()>,
    deliveries: RelayTasks,
}

impl Server {
    /// Opens the relay with these settings.
    async fn open(settings: Settings, on_loss: OnLoss) -> anyhow::Result<Self> {
        let listen = settings.listen;
        let operator_key = settings.operator_key.clone();
        let relay = Relay::open(Config {
            on_loss,
            ..relay_config(settings)
        })
        .await?;
        let state = AppState::new(Arc::clone(&relay), operator_key);
        Ok(Self {
            relay,
            state,
            listen,
        })
    }

    /// Binds the port, and starts to serve and to deliver.
    async fn start(self) -> anyhow::Result<RunningServer> {
        let listener = TcpListener::bind(self.listen)
            .await
            .with_context(|| format!("{} can't be listened on", self.listen))?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel();
        let stopped = async {
            // A dropped sender means to stop, too.
            let _ = stopped.await;
        };
        let router = http::router(self.state);
        Ok(RunningServer {
            relay: Arc::clone(&self.relay),
            address,
            stop,
            http: tokio::spawn(listener::serve(listener, router, stopped)),
            deliveries: self.relay.start(),
        })
    }
}

impl RunningServer {
    /// Takes no more requests, lets open ones end, then the deliveries.
    async fn drain(self) {
        self.deliveries.stop();
        // Fails only when the listener has ended by itself.
        let _ = self.stop.send(());
        let _ = self.http.await;
        self.deliveries.drain(DRAIN_MS).await;
    }
}

/// Serves until SIGTERM or SIGINT. SIGHUP reads the files of transforms anew.
pub(crate) async fn run(
    settings: Settings,
    on_loss: OnLoss,
    mut signals: Signals,
) -> anyhow::Result<()> {
    let files = settings.files.clone();
    let start = async move { Server::open(settings, on_loss).await?.start().await };
    let running = tokio::select! {
        // A task of its own: it blocks, and must not hold up the signal.
        started = tokio::spawn(start) => started.context("starting panicked")??,
        () = signals.stop() => {
            tracing::info!("stopped before it was ready");
            return Ok(());
        }
    };
    println!("listening on http://{}", running.address);
    tracing::info!(address = %running.address, "ready");
    loop {
        match signals.next().await {
            Signal::Stop => break,
            Signal::Reload => {
                running.relay.reload();
                tell_changed(files.clone());
            }
            Signal::Ignored(name) => tracing::info!("{name} means nothing to this process"),
        }
    }
    tracing::info!("stopping: deliveries under way are let end");
    running.drain().await;
    Ok(())
}

/// Says which files are others than those that are in force. Reads them on a
/// thread that may block.
fn tell_changed(files: Vec<ReadFile>) {
    let tell = move || {
        for file in files.iter().filter(|file| file.has_changed()) {
            tracing::warn!(
                file = %file.path().display(),
                "the file differs from what was read at the start: it takes effect with a restart, SIGHUP reads transforms only"
            );
        }
    };
    // It ends by itself; nobody needs to wait.
    drop(tokio::task::spawn_blocking(tell));
}

/// What the relay is opened with.
pub(crate) fn relay_config(settings: Settings) -> Config {
    Config {
        history_ms: settings.history_ms(),
        cache_dir: std::env::var_os("HOOKMILL_CACHE_DIR")
            .map_or_else(|| settings.data_dir.join("compiled"), PathBuf::from),
        data_dir: settings.data_dir,
        disk_free_bytes_min: settings.disk_free_bytes_min,
        sandbox_threads: settings.sandbox_threads,
        // Where the system can't say which program this is, the search path
        // has to.
        child_exe: std::env::current_exe().unwrap_or_else(|_| "hookmill".into()),
        on_loss: OnLoss::Refuse,
        allow_addresses: settings.egress.allow_addresses,
        routes: settings.egress.routes,
        root_certificates: settings.egress.root_certificates,
        ingest: settings.ingest,
        samples: one_of_each_type(),
        declared: settings.declared,
    }
}

/// The sample events that uploads are tried on which bring none.
fn one_of_each_type() -> Vec<Sample> {
    hookmill_samples::plain()
        .map(|sample| Sample {
            name: sample.name.to_owned(),
            event_type: sample.event_type.clone(),
            body: sample.body.into(),
        })
        .collect()
}
