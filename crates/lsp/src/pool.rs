//! Threads that answer requests. Two lanes: what may have to wait for an analysis, and what never
//! does, so that typing is answered while ten others wait.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use crossbeam_channel::{Sender, unbounded};

type Job = Box<dyn FnOnce() + Send>;

/// The threads. They end when this is dropped and their work is done.
#[derive(Debug)]
pub(crate) struct Pool {
    patient: Sender<Job>,
    quick: Sender<Job>,
}

/// Which threads a job is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lane {
    /// It waits for the analysis of the texts as they are.
    Patient,
    /// It makes do with what there is.
    Quick,
}

/// They wait more than they work, and the analysis has threads of its own.
const PATIENT: usize = 4;

impl Pool {
    /// Starts the threads.
    pub fn new() -> Self {
        Self { patient: lane("answers", PATIENT), quick: lane("quick-answers", 1) }
    }

    /// Has a job done some time.
    pub fn run(&self, lane: Lane, job: impl FnOnce() + Send + 'static) {
        let sender = match lane {
            Lane::Patient => &self.patient,
            Lane::Quick => &self.quick,
        };
        // The threads outlive this value, so there is somebody to take it.
        let _ = sender.send(Box::new(job));
    }
}

fn lane(name: &str, threads: usize) -> Sender<Job> {
    let (sender, receiver) = unbounded::<Job>();
    for _ in 0..threads {
        let receiver = receiver.clone();
        let work = move || {
            for job in receiver {
                // A job tells of its panics itself; the thread must go on in any case.
                let _ = catch_unwind(AssertUnwindSafe(job));
            }
        };
        // Without a thread jobs wait for those that could be started.
        let _ = thread::Builder::new().name(name.to_owned()).spawn(work);
    }
    sender
}
