//! A value that arrives once: the waiting end of a request.

use std::{
    cell::RefCell,
    future::poll_fn,
    rc::Rc,
    task::{Poll, Waker},
};

/// One value handed from a message handler to a waiting future.
pub struct Slot<T> {
    inner: Rc<RefCell<Inner<T>>>,
}

struct Inner<T> {
    value: Option<T>,
    waker: Option<Waker>,
}

impl<T> Clone for Slot<T> {
    fn clone(&self) -> Self {
        Self {
            inner: Rc::clone(&self.inner),
        }
    }
}

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self {
            inner: Rc::new(RefCell::new(Inner {
                value: None,
                waker: None,
            })),
        }
    }
}

impl<T> Slot<T> {
    /// Puts the value in and wakes the future that waits for it.
    pub fn fill(&self, value: T) {
        let waker = {
            let mut inner = self.inner.borrow_mut();
            inner.value = Some(value);
            inner.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Returns the value once it is there.
    pub async fn wait(self) -> T {
        poll_fn(|context| {
            let mut inner = self.inner.borrow_mut();
            if let Some(value) = inner.value.take() {
                Poll::Ready(value)
            } else {
                inner.waker = Some(context.waker().clone());
                Poll::Pending
            }
        })
        .await
    }
}
