//! Routes by the longest matching prefix of a number.

use codecs::number::Digits;

/// A map from number prefixes to `T`; looking up costs one step a digit, whatever the number of
/// routes.
#[derive(Debug, Clone)]
pub struct Prefixes<T> {
    nodes: Vec<Node<T>>,
}

#[derive(Debug, Clone)]
struct Node<T> {
    next: [u32; 16],
    value: Option<T>,
}

/// The root is never anyone's child, so its index says "none".
const NONE: u32 = 0;

impl<T> Prefixes<T> {
    /// No routes.
    pub fn new() -> Self {
        Self {
            nodes: vec![Node {
                next: [NONE; 16],
                value: None,
            }],
        }
    }

    /// Adds a route; the empty prefix is the default route. Answers what stood there before.
    pub fn insert(&mut self, prefix: &Digits, value: T) -> Option<T> {
        let mut at = 0;
        for signal in prefix.signals() {
            at = self.child_or_new(at, usize::from(signal));
        }
        self.nodes[at].value.replace(value)
    }

    /// The value of the longest prefix of `number`.
    pub fn longest(&self, number: &Digits) -> Option<&T> {
        let mut node = &self.nodes[0];
        let mut found = node.value.as_ref();
        for signal in number.signals() {
            match node.next[usize::from(signal)] {
                NONE => break,
                child => node = &self.nodes[child as usize],
            }
            found = node.value.as_ref().or(found);
        }
        found
    }

    /// Whether a longer number that begins with `number` may have a longer prefix than it has.
    pub fn goes_on(&self, number: &Digits) -> bool {
        let mut node = &self.nodes[0];
        for signal in number.signals() {
            match node.next[usize::from(signal)] {
                NONE => return false,
                child => node = &self.nodes[child as usize],
            }
        }
        node.next.iter().any(|&child| child != NONE)
    }

    fn child_or_new(&mut self, at: usize, signal: usize) -> usize {
        if self.nodes[at].next[signal] == NONE {
            self.nodes[at].next[signal] = u32::try_from(self.nodes.len()).unwrap_or(NONE);
            self.nodes.push(Node {
                next: [NONE; 16],
                value: None,
            });
        }
        self.nodes[at].next[signal] as usize
    }
}

impl<T> Default for Prefixes<T> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_prefix_wins_and_the_empty_one_is_the_default() {
        let digits = |text: &str| text.parse::<Digits>().unwrap();
        let mut routes = Prefixes::new();
        routes.insert(&digits("49"), "trunk");
        routes.insert(&digits("49171"), "mobile");
        assert_eq!(routes.longest(&digits("491715407090")), Some(&"mobile"));
        assert_eq!(routes.longest(&digits("4917")), Some(&"trunk"));
        assert_eq!(routes.longest(&digits("33")), None);
        routes.insert(&Digits::EMPTY, "default");
        assert_eq!(routes.longest(&digits("33")), Some(&"default"));
        assert_eq!(routes.insert(&digits("49"), "other"), Some("trunk"));
    }
}
