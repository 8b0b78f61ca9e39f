//! One TCP flow of ten minutes over one link of 10 Mbit/s with a coarse trace: how long it takes.
//!
//! `cargo bench --profile native --bench flow`

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::collections::VecDeque;
use std::time::{Duration, Instant as Clock};

use roundtrip::proto::app::{Address, App, AppInput, AppOutput, ConnId};
use roundtrip::proto::host::Host as Stack;
use roundtrip::proto::tcp::profile::Algorithm;
use roundtrip::proto::tcp::{Config, Profile};
use roundtrip::sim::link::{LinkConfig, Queue};
use roundtrip::sim::time::Instant;
use roundtrip::sim::trace::{Host, Trace};
use roundtrip::sim::world::World;
use roundtrip::wire::Payload;

const CLIENT: [u8; 4] = [192, 0, 2, 10];
const SERVER: [u8; 4] = [203, 0, 113, 20];
/// How long the flow lasts.
const SECONDS: u64 = 600;
/// Runs of each kind; the fastest counts.
const RUNS: u32 = 5;

/// Opens a connection, or listens and sends without end.
struct Program {
    server: bool,
    config: Config,
    out: VecDeque<AppOutput>,
}

impl App for Program {
    fn handle(&mut self, _now: Instant, input: AppInput) {
        let (config, conn) = (self.config, ConnId(0));
        match input {
            AppInput::Start if self.server => {
                self.out.push_back(AppOutput::Listen { port: 80, config });
            }
            AppInput::Start => {
                let to = Address { ip: SERVER, port: 80 };
                self.out.push_back(AppOutput::Connect { conn, to, config });
            }
            AppInput::Accepted { conn } => {
                let payload = Payload::pattern(0, 1 << 40);
                self.out.push_back(AppOutput::Send { conn, payload, units: Vec::new() });
            }
            _ => {}
        }
    }

    fn poll(&mut self, _now: Instant) -> Option<AppOutput> {
        self.out.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        None
    }
}

fn flow(algorithm: Algorithm) -> Trace {
    let mut world = World::new(1);
    let profile = Profile { algorithm, ..Profile::LINUX };
    let [client, server] = [(CLIENT, false), (SERVER, true)].map(|(address, server)| {
        let program = Program { server, config: Config::new(profile), out: VecDeque::new() };
        let name = if server { "server" } else { "client" };
        let stack = Stack::new(address, world.stream(name), program);
        world.host(Host { name, title: name, address }, stack)
    });
    let link = LinkConfig {
        rate_bps: Some(10_000_000),
        queue: Queue::Packets(100),
        ..LinkConfig::new(Duration::from_millis(50))
    };
    world.connect(client, server, link);
    world.coarse(Duration::from_millis(100));
    world.steps_max(u32::MAX);
    world.time_max(Instant::from_millis(SECONDS * 1000));
    world.run()
}

fn main() {
    for algorithm in [Algorithm::Reno, Algorithm::Cubic] {
        let mut fastest = Duration::MAX;
        let mut summary = String::new();
        for _ in 0..RUNS {
            let start = Clock::now();
            let trace = flow(algorithm);
            fastest = fastest.min(start.elapsed());
            let totals = trace.totals;
            summary = format!(
                "{} packets, {} bytes of payload, {} entries",
                totals.packets,
                totals.payload,
                trace.entries.len()
            );
        }
        println!("{algorithm:?}: {SECONDS} s in {} ms ({summary})", fastest.as_millis());
    }
}
