//! A fault that is planted between a server and PostgreSQL: commits are acknowledged at once and made later. A server that is killed in
//! between has answered for something that never happens, just as one that answers before it commits.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// So much later a commit is made.
const LATE: Duration = Duration::from_secs(2);

/// Where the server believes PostgreSQL to be.
pub struct Hasty {
    address: SocketAddr,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    is_hasty: AtomicBool,
    is_cut: AtomicBool,
}

impl Hasty {
    /// Passes on what comes to the PostgreSQL of this folder, as it should.
    pub fn before(folder: &str) -> Hasty {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let (address, state) = (listener.local_addr().expect("an address"), Arc::new(State::default()));
        let (socket, of_all) = (format!("{folder}/.s.PGSQL.5432"), state.clone());
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                // Whoever finds PostgreSQL gone is hung up on.
                if let Ok(server) = UnixStream::connect(&socket) {
                    Link::begin(client, server, of_all.clone());
                }
            }
        });
        Hasty { address, state }
    }

    /// The URL of a database behind it.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@{}/{database}?sslmode=disable", self.address)
    }

    /// From here on, commits are acknowledged before they are made.
    pub fn plant(&self) {
        self.state.is_hasty.store(true, Ordering::Relaxed);
    }

    /// The server is gone: whatever it still had on its way never arrives.
    pub fn cut(&self) {
        self.state.is_cut.store(true, Ordering::Relaxed);
    }
}

/// A connection of the server's.
struct Link {
    state: Arc<State>,
    /// Messages of PostgreSQL that answer a commit that was acknowledged already.
    unwanted: AtomicUsize,
}

impl Link {
    fn begin(client: TcpStream, server: UnixStream, state: Arc<State>) {
        let link = Arc::new(Link { state, unwanted: AtomicUsize::new(0) });
        let answers = (server.try_clone().expect("a socket"), client.try_clone().expect("a socket"), link.clone());
        thread::spawn(move || {
            let (server, client, link) = answers;
            let _ = link.pass_answers(server, &client);
            let _ = client.shutdown(std::net::Shutdown::Both);
        });
        thread::spawn(move || {
            let _ = link.pass_questions(client, &server);
            let _ = server.shutdown(std::net::Shutdown::Both);
        });
    }

    fn pass_questions(&self, mut client: TcpStream, mut server: &UnixStream) -> std::io::Result<()> {
        // The first message has no kind.
        server.write_all(&message(&mut client, 0)?)?;
        loop {
            let question = message(&mut client, 1)?;
            if self.state.is_hasty.load(Ordering::Relaxed) && question == b"Q\0\0\0\x0bCOMMIT\0" {
                client.write_all(b"C\0\0\0\x0bCOMMIT\0Z\0\0\0\x05I")?;
                self.unwanted.fetch_add(2, Ordering::Relaxed);
                let begin = Instant::now();
                while begin.elapsed() < LATE {
                    if self.state.is_cut.load(Ordering::Relaxed) {
                        return Ok(());
                    }
                    thread::sleep(Duration::from_millis(5));
                }
            }
            server.write_all(&question)?;
        }
    }

    fn pass_answers(&self, mut server: UnixStream, mut client: &TcpStream) -> std::io::Result<()> {
        loop {
            let answer = message(&mut server, 1)?;
            if self.unwanted.load(Ordering::Relaxed) > 0 && matches!(answer[0], b'C' | b'Z') {
                self.unwanted.fetch_sub(1, Ordering::Relaxed);
                continue;
            }
            client.write_all(&answer)?;
        }
    }
}

/// A message as it is: its kind, its length, which counts itself, and the rest.
fn message(from: &mut impl Read, kind_bytes: usize) -> std::io::Result<Vec<u8>> {
    let mut message = vec![0; kind_bytes + 4];
    from.read_exact(&mut message)?;
    let length = message[kind_bytes..].try_into().map(u32::from_be_bytes).map_err(std::io::Error::other)?;
    message.resize(kind_bytes + length as usize, 0);
    from.read_exact(&mut message[kind_bytes + 4..])?;
    Ok(message)
}
