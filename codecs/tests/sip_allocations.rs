//! Reading an INVITE and its header fields allocates nothing, and a response to it once or twice.
#![allow(clippy::unwrap_used)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use bytes::Bytes;
use codecs::sip::{HeaderName, Message, Writer};

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: passes everything on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.with(|count| count.set(count.get() + 1));
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn allocations<T>(work: impl FnOnce() -> T) -> (usize, T) {
    let before = COUNT.with(Cell::get);
    let result = work();
    (COUNT.with(Cell::get) - before, result)
}

#[test]
fn reading_allocates_nothing_and_answering_hardly() {
    let mut text = "INVITE tel:+491715407090 SIP/2.0\r\n".to_owned();
    for hop in 0..40 {
        text += &format!("Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK{hop}\r\n");
    }
    text += "To: <tel:+491715407090>\r\nFrom: \"A B\" <sip:+4989@gw.example;user=phone>;tag=1\r\n\
        Call-ID: 1\r\nCSeq: 1 INVITE\r\nMax-Forwards: 70\r\nContact: <sip:192.0.2.1>\r\n\
        Reason: Q.850;cause=16\r\nContent-Length: 0\r\n\r\n";
    let bytes = Bytes::from(text);
    let (count, message) = allocations(|| {
        let message = Message::parse(bytes).unwrap();
        message.check().unwrap();
        let from = message.from().unwrap();
        assert_eq!(from.display_name(), "A B");
        assert!(from.uri.telephone().unwrap().digits().is_ok());
        assert!(message.contact().unwrap().is_some());
        assert_eq!(message.reasons().count(), 1);
        assert_eq!(message.headers(HeaderName::Via).count(), 40);
        message
    });
    assert_eq!(count, 0);
    let (count, _) = allocations(|| {
        let mut writer = Writer::response(486, "Busy Here");
        writer.copy(&message, HeaderName::From).finish()
    });
    assert!(count <= 2, "the buffer, and what shares it: {count}");
}
