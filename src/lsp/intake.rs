//! Whether more of the client's messages wait to be read: work that is thrown away by the next edit is better begun behind the last one.

use std::io::{self, Read};

use tokio::sync::watch;

/// Hears from the reader. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Intake(watch::Receiver<Reading>);

/// Where the reader is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Reading {
    /// In a read, having handled all that came before.
    waits: bool,
    /// How often it has read.
    reads: u64,
}

impl Intake {
    /// Comes back when all that the client has sent so far is handled: at once if the reader waits for more, and otherwise after what it took with its last
    /// read, however much follows.
    pub async fn handled(&self) {
        let mut reader = self.0.clone();
        let now = reader.borrow_and_update().reads;
        // An error means that the session is over.
        drop(reader.wait_for(|it| it.waits || it.reads != now).await);
    }
}

/// The client's messages, and the news of their being read.
pub(super) struct Input<R> {
    input: R,
    reader: watch::Sender<Reading>,
}

impl<R: Read> Input<R> {
    pub(super) fn new(input: R) -> (Input<R>, Intake) {
        let (reader, intake) = watch::channel(Reading::default());
        (Input { input, reader }, Intake(intake))
    }
}

impl<R: Read> Read for Input<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.reader.send_modify(|it| it.waits = true);
        let read = self.input.read(buffer);
        self.reader.send_modify(|it| {
            *it = Reading {
                waits: false,
                reads: it.reads + 1,
            };
        });
        read
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[test]
    fn what_was_read_must_be_handled_first() {
        let (mut input, intake) = Input::new(&b"two reads"[..]);
        assert_eq!(
            intake.handled().now_or_never(),
            None,
            "nothing was read yet, something may be there"
        );

        let mut four = [0; 4];
        input.read_exact(&mut four).unwrap();
        let mut handled = Box::pin(intake.handled());
        assert_eq!(handled.as_mut().now_or_never(), None, "four bytes are being handled");
        input.read_exact(&mut four).unwrap();
        assert_eq!(handled.now_or_never(), Some(()), "the next four are not waited for");
    }

    #[test]
    fn a_reader_that_waits_has_handled_all() {
        struct Look(Option<Intake>);
        impl Read for Look {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                assert_eq!(self.0.take().unwrap().handled().now_or_never(), Some(()));
                Ok(0)
            }
        }
        let (mut input, intake) = Input::new(Look(None));
        input.input.0 = Some(intake);
        assert_eq!(input.read(&mut [0]).unwrap(), 0);
    }
}
