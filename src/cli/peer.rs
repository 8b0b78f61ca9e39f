//! `roundtrip peer`: the engine's TCP against a real one, in real time.
//!
//! The link is a socket that carries one raw IPv4 packet a message. The connection is the
//! engine's own; here it only gets a clock, a link, and a program that sends and checks.

mod program;

use core::time::Duration;
use std::io;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::os::fd::AsFd;
use std::os::unix::net::UnixDatagram;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Command;
use std::rc::Rc;

use clap::Args;

use self::program::{Program, Report, Role};
use super::{Failure, write};
use crate::proto::app::Address;
use crate::proto::host::Host;
use crate::proto::tcp::{Config, Profile};
use crate::sim::endpoint::{Endpoint, Input, Output};
use crate::sim::rng::Rng;
use crate::sim::time::Instant;
use crate::wire::Packet;

/// The arguments of `peer`.
#[derive(Debug, Args)]
pub(super) struct Peer {
    /// The descriptor of the link: a socket with one raw IPv4 packet a message
    #[arg(long, value_name = "NUMBER", default_value_t = 3)]
    fd: u32,
    /// The address of this end
    #[arg(long, value_name = "IP")]
    local: Ipv4Addr,
    /// The address of the other end, and the port that the listening end has
    #[arg(long, value_name = "IP:PORT")]
    remote: SocketAddrV4,
    /// Open the connection
    #[arg(long, required_unless_present = "listen", conflicts_with = "listen")]
    connect: bool,
    /// Wait for the connection
    #[arg(long)]
    listen: bool,
    /// How many bytes of the pattern to send: the alphabet, again and again
    #[arg(long, value_name = "BYTES")]
    send: u64,
    /// How many bytes to expect; they must follow a pattern that repeats
    #[arg(long, value_name = "BYTES")]
    expect: u64,
    /// How the stack behaves: linux or rfc
    #[arg(long, value_name = "NAME", default_value = "linux")]
    profile: String,
    /// Where the sequence number and the port come from
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,
    /// After how many seconds to give up
    #[arg(long, value_name = "SECONDS", default_value_t = 120)]
    limit: u64,
}

/// The largest packet.
const PACKET_MAX: usize = 65_535;
/// How long the program stays when all is closed and nothing comes any more. The end that closed
/// first answers a FIN that is repeated, which is TIME-WAIT for as long as a program can wait for
/// it; the other one lets late copies run out, for which a real host would send a reset.
const LINGER: Duration = Duration::from_secs(1);

/// A link, a clock and a host.
struct Line {
    link: UnixDatagram,
    began: std::time::Instant,
    host: Host,
    /// When the last packet came.
    heard: Instant,
    /// The longest time between two packets of the peer.
    silence: Duration,
}

impl Peer {
    pub(super) fn execute(&self) -> Result<(), Failure> {
        let Some(profile) = Profile::named(&self.profile) else {
            let message = format!("`{}` is no profile: use linux or rfc", self.profile);
            return Err(Failure::Usage(vec![message]));
        };
        if self.fd != 0 {
            return Err(self.with_link_as_input());
        }
        let stdin = io::stdin().as_fd().try_clone_to_owned().map_err(|error| self.broken(error))?;
        let report = Rc::new(Report::default());
        let remote = Address { ip: self.remote.ip().octets(), port: self.remote.port() };
        let config = Config::new(profile);
        let role = if self.connect {
            Role::Connect(remote, config)
        } else {
            Role::Listen(remote.port, config)
        };
        let program = Program::new(role, (self.send, self.expect), Rc::clone(&report));
        let mut line = Line {
            link: UnixDatagram::from(stdin),
            began: std::time::Instant::now(),
            host: Host::new(self.local.octets(), Rng::new(self.seed), program),
            heard: Instant::START,
            silence: Duration::ZERO,
        };
        line.run(&report, Duration::from_secs(self.limit)).map_err(|error| self.broken(error))?;
        match report.verdict() {
            Ok(text) => {
                let silence = line.silence.as_millis();
                write(None, format!("{text}, longest silence {silence} ms\n").as_bytes())
            }
            Err(problem) => Err(Failure::Peer(problem)),
        }
    }

    fn broken(&self, error: io::Error) -> Failure {
        Failure::Input(PathBuf::from(format!("descriptor {}", self.fd)), error)
    }

    /// Starts this program anew with the link as its standard input, which is a descriptor that
    /// the standard library hands out; a number alone it takes only in unsafe code.
    fn with_link_as_input(&self) -> Failure {
        let program = match std::env::current_exe() {
            Ok(program) => program,
            Err(error) => return self.broken(error),
        };
        let role = if self.connect { "--connect" } else { "--listen" };
        let error = Command::new("/bin/sh")
            .arg("-c")
            .arg(format!("exec \"$0\" \"$@\" <&{}", self.fd))
            .arg(program)
            .args(["peer", "--fd", "0", role, "--profile", &self.profile])
            .args(["--local", &self.local.to_string(), "--remote", &self.remote.to_string()])
            .args(["--send", &self.send.to_string(), "--expect", &self.expect.to_string()])
            .args(["--seed", &self.seed.to_string(), "--limit", &self.limit.to_string()])
            .exec();
        self.broken(error)
    }
}

impl Line {
    fn now(&self) -> Instant {
        Instant::START + self.began.elapsed()
    }

    /// Carries packets until the connection is over.
    fn run(&mut self, report: &Report, limit: Duration) -> io::Result<()> {
        let now = self.now();
        self.step(now, Input::Start)?;
        let mut buffer = vec![0; PACKET_MAX];
        loop {
            let now = self.now();
            let over = report.over.get();
            if over && now >= self.heard + LINGER {
                return Ok(());
            }
            if now >= Instant::START + limit {
                return Ok(());
            }
            let due = self.host.poll_timeout().unwrap_or(Instant::NEVER);
            if due <= now {
                self.step(now, Input::Timeout)?;
                continue;
            }
            let until = if over { due.min(self.heard + LINGER) } else { due };
            let wait = (until.min(Instant::START + limit) - now).max(Duration::from_micros(1));
            self.link.set_read_timeout(Some(wait))?;
            match self.link.recv(&mut buffer) {
                // The other end of the link is gone.
                Ok(0) => return Ok(()),
                Ok(len) => self.arrive(report, buffer.get(..len).unwrap_or_default())?,
                Err(error) => match error.kind() {
                    io::ErrorKind::WouldBlock
                    | io::ErrorKind::TimedOut
                    | io::ErrorKind::Interrupted => {}
                    _ => return Err(error),
                },
            }
        }
    }

    fn arrive(&mut self, report: &Report, bytes: &[u8]) -> io::Result<()> {
        let now = self.now();
        if self.heard > Instant::START {
            self.silence = self.silence.max(now - self.heard);
        }
        self.heard = now;
        if report.over.get() && self.host.poll_timeout().is_none() {
            return Ok(());
        }
        self.step(now, Input::Packet(Packet::from_bytes(bytes).into()))
    }

    fn step(&mut self, now: Instant, input: Input) -> io::Result<()> {
        self.host.handle(now, input);
        while let Some(output) = self.host.poll(now) {
            if let Output::Transmit(transmit) = output {
                match self.link.send(&transmit.packet.to_vec()) {
                    // A full or closed link loses packets, as links do.
                    Ok(_) => {}
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) if is_loss(&error) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(())
    }
}

fn is_loss(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionRefused, ConnectionReset, WouldBlock};
    matches!(error.kind(), BrokenPipe | ConnectionRefused | ConnectionReset | WouldBlock)
}
