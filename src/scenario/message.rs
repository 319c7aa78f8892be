//! Messages of a scenario: to be sent as octets, or to be compared with octets that were received.

use codecs::isup::{Cic, Pdu, Variant};

use super::field::{RANGE_AND_STATUS, Setting, Wanted};
use super::layout::{Layout, usual};
use super::value::{Kind, Value, hex};

/// The most octets that a parameter may have: its length is one octet.
const PARAMETER: usize = 255;

/// The most octets of all mandatory parameters of variable length, which pointers of one octet lead
/// over.
const VARIABLE: usize = 250;

/// A message as a line of a scenario describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// The circuit.
    pub cic: u16,
    variant: &'static Variant,
    layout: &'static Layout,
    code: u8,
    settings: Vec<Setting>,
    /// Everything after the type code.
    body: Option<Vec<u8>>,
}

impl Pattern {
    /// Reads `IAM called=123 …` of ITU-T's ISUP; on circuit `cic` unless it says `cic=`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(words: &[&str], cic: u16) -> Result<Self, String> {
        Self::parse_as(&Variant::ITU, words, cic)
    }

    /// The same of a variant.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse_as(variant: &'static Variant, words: &[&str], cic: u16) -> Result<Self, String> {
        let (&name, rest) = words
            .split_first()
            .ok_or("expected a message, found the end of the line")?;
        let (layout, code) = Layout::named(variant, name).ok_or_else(|| {
            format!(
                "expected the acronym of a message of {} or X and its code such as X7E, found \
                 {name:?}",
                variant.standard
            )
        })?;
        let mut pattern = Self {
            cic,
            variant,
            layout,
            code,
            settings: Vec::new(),
            body: None,
        };
        let mut named = false;
        for word in rest {
            if let Some(number) = word.strip_prefix("cic=") {
                once(!std::mem::replace(&mut named, true), "cic")?;
                pattern.cic = circuit(number, variant.last_cic())?;
            } else if let Some(octets) = word.strip_prefix("body=") {
                once(pattern.body.is_none(), "body")?;
                pattern.body = Some(hex(octets)?);
            } else {
                pattern.set(Setting::parse(word, name, layout)?)?;
            }
        }
        pattern.fits(name)?;
        Ok(pattern)
    }

    fn set(&mut self, setting: Setting) -> Result<(), String> {
        let collision = self.settings.iter().find(|other| other.collides(&setting));
        once(collision.is_none(), &setting.name)?;
        self.settings.push(setting);
        Ok(())
    }

    /// Whether everything that is set has room in the message `name`.
    fn fits(&self, name: &str) -> Result<(), String> {
        if self.body.is_some() && !self.settings.is_empty() {
            return Err("beside body=, which sets the whole message, goes only cic=".into());
        }
        for setting in &self.settings {
            let found = self.contents(setting.parameter).len();
            let expected = match self.layout.length(setting.parameter) {
                Some(length) if found != length => length.to_string(),
                _ if found > PARAMETER => format!("up to {PARAMETER}"),
                _ => continue,
            };
            let setting = &setting.name;
            return Err(format!(
                "{setting}: expected {expected} octets, found {found}"
            ));
        }
        self.settings.iter().try_for_each(|s| self.fits_range(s))?;
        let variable = self.layout.variable.iter();
        let found: usize = variable.map(|&code| self.sized(code).len()).sum();
        match found > VARIABLE {
            true => Err(format!(
                "{name}: expected up to {VARIABLE} octets, found {found}"
            )),
            false => Ok(()),
        }
    }

    fn fits_range(&self, setting: &Setting) -> Result<(), String> {
        let range = usize::from(
            self.contents(RANGE_AND_STATUS)
                .first()
                .copied()
                .unwrap_or(0),
        );
        match setting.status() {
            Some(status) if status.len() != range + 1 => {
                let (expected, found) = (range + 1, status.len());
                Err(format!(
                    "status: expected {expected} circuits for range={range}, found {found}"
                ))
            }
            _ => Ok(()),
        }
    }

    /// Its acronym.
    pub(super) fn name(&self) -> &'static str {
        self.layout.name
    }

    /// What is set, as `called=123`.
    pub(super) fn settings(&self) -> impl Iterator<Item = String> {
        self.settings.iter().map(Setting::written)
    }

    /// Whether the line names no more than the type of the message.
    pub(super) fn is_bare(&self) -> bool {
        self.settings.is_empty() && self.body.is_none()
    }

    /// The octets of the message, from the CIC on.
    pub fn octets(&self) -> Vec<u8> {
        let mut octets = self.cic.to_le_bytes().to_vec();
        octets.push(self.code);
        match &self.body {
            Some(body) => octets.extend(body),
            None => self.write_parts(&mut octets),
        }
        octets
    }

    fn write_parts(&self, out: &mut Vec<u8>) {
        for &(code, _) in self.layout.fixed {
            out.extend(self.contents(code));
        }
        let mut tail: Vec<Vec<u8>> = self
            .layout
            .variable
            .iter()
            .map(|&v| self.sized(v))
            .collect();
        let optional = self.optional();
        if self.layout.optional.is_some() {
            tail.push(optional);
        }
        // Each pointer counts from itself to the length octet of its part; `fits` has seen to it that
        // it can.
        let mut offset = tail.len();
        for (at, part) in tail.iter().enumerate() {
            let pointer = if part.is_empty() { 0 } else { offset - at };
            out.push(u8::try_from(pointer).unwrap_or(u8::MAX));
            offset += part.len();
        }
        out.extend(tail.concat());
    }

    /// A parameter with its length.
    fn sized(&self, code: u8) -> Vec<u8> {
        let contents = self.contents(code);
        let mut part = vec![u8::try_from(contents.len()).unwrap_or(u8::MAX)];
        part.extend(contents);
        part
    }

    fn optional(&self) -> Vec<u8> {
        let mut codes: Vec<u8> = Vec::new();
        for setting in &self.settings {
            let code = setting.parameter;
            let there = !self.layout.requires(code) && !codes.contains(&code);
            if there && setting.wanted != Wanted::Absent {
                codes.push(code);
            }
        }
        if codes.is_empty() {
            return Vec::new();
        }
        let mut part = Vec::new();
        for code in codes {
            part.push(code);
            part.extend(self.sized(code));
        }
        part.push(0);
        part
    }

    fn contents(&self, code: u8) -> Vec<u8> {
        let mut contents = usual(code);
        let settings = self.settings.iter().filter(|s| s.parameter == code);
        settings
            .clone()
            .for_each(|setting| setting.put(&mut contents));
        let says_status = |setting: &Setting| setting.is_whole() || setting.status().is_some();
        if code == RANGE_AND_STATUS && !settings.clone().any(says_status) {
            self.fill_status(&mut contents);
        }
        contents
    }

    /// Group messages name all their circuits, and a reset finds none blocked.
    fn fill_status(&self, contents: &mut Vec<u8>) {
        let bit = match self.layout.name {
            "CGB" | "CGU" | "CGBA" | "CGUA" => "1",
            "GRA" => "0",
            _ => return,
        };
        let circuits = usize::from(contents[0]) + 1;
        Kind::Status.put(&Value::Text(bit.repeat(circuits)), contents);
    }

    /// Compares a message with the pattern.
    ///
    /// # Errors
    /// How they differ.
    pub fn check(&self, octets: &[u8]) -> Result<(), String> {
        let received = Received::read(self.variant, octets).ok_or("not an ISUP message")?;
        if received.code != self.code {
            return Err("another message".to_owned());
        }
        if received.cic != self.cic {
            return Err(format!("cic={}", received.cic));
        }
        match &self.body {
            Some(body) if body != received.body => return Err("another body".to_owned()),
            Some(_) => return Ok(()),
            None => {}
        }
        let parameters = received.parameters().ok_or("it cannot be taken apart")?;
        let found = |code| {
            let mut all = parameters.iter();
            all.find(|(other, _)| *other == code).map(|&(_, c)| c)
        };
        self.settings
            .iter()
            .try_for_each(|setting| setting.check(found(setting.parameter)))
    }

    /// Whether both are IAMs, of calls to different numbers.
    pub(super) fn is_other_call(&self, octets: &[u8]) -> bool {
        const IAM: u8 = 0x01;
        const CALLED: u8 = 4;
        let is_iam = self.code == IAM && octets.get(2) == Some(&IAM);
        let parameters = Received::read(self.variant, octets).and_then(|it| it.parameters());
        let called = parameters
            .into_iter()
            .flatten()
            .find(|(code, _)| *code == CALLED);
        let mut wanted = self
            .settings
            .iter()
            .filter(|setting| setting.parameter == CALLED);
        is_iam && wanted.any(|setting| setting.check(called.map(|(_, c)| c)).is_err())
    }
}

fn once(new: bool, name: &str) -> Result<(), String> {
    match new {
        true => Ok(()),
        false => Err(format!("{name}: it is set already")),
    }
}

/// Reads a circuit identification code.
pub(super) fn circuit(text: &str, last: Cic) -> Result<u16, String> {
    let last = last.value();
    match text.parse() {
        Ok(cic) if cic <= last => Ok(cic),
        _ => Err(format!("expected a circuit 0 … {last}, found {text:?}")),
    }
}

/// The octets of a message, taken apart.
struct Received<'a> {
    cic: u16,
    code: u8,
    body: &'a [u8],
    variant: &'static Variant,
}

impl<'a> Received<'a> {
    fn read(variant: &'static Variant, octets: &'a [u8]) -> Option<Self> {
        let [low, high, code, body @ ..] = octets else {
            return None;
        };
        Some(Self {
            cic: u16::from_le_bytes([*low, *high]) & variant.last_cic().value(),
            code: *code,
            body,
            variant,
        })
    }

    /// Every parameter with its contents; nothing if a length or a pointer leads out of the message.
    fn parameters(&self) -> Option<Vec<(u8, &'a [u8])>> {
        let layout = Layout::of(self.variant, self.code);
        let mut parameters = Vec::new();
        let mut rest = self.body;
        for &(code, length) in layout.fixed {
            let (contents, tail) = rest.split_at_checked(length)?;
            parameters.push((code, contents));
            rest = tail;
        }
        for (at, &code) in layout.variable.iter().enumerate() {
            parameters.push((code, sized(part(rest, at)?)?.0));
        }
        // An octet of an unknown message need not be a pointer.
        let end = layout.variable.len();
        let optional =
            layout.optional.is_some() && rest.get(end).is_some_and(|&pointer| pointer != 0);
        let mut rest = if optional { part(rest, end)? } else { &[] };
        while let Some((&code, tail)) = rest.split_first().filter(|(code, _)| **code != 0) {
            let (contents, tail) = sized(tail)?;
            parameters.push((code, contents));
            rest = tail;
        }
        Some(parameters)
    }
}

/// What the pointer at `at` points to.
fn part(octets: &[u8], at: usize) -> Option<&[u8]> {
    octets.get(at + usize::from(*octets.get(at)?)..)
}

/// Contents behind their length, and what follows.
fn sized(octets: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&length, tail) = octets.split_first()?;
    tail.split_at_checked(usize::from(length))
}

/// A message in words.
pub(super) fn words(variant: &Variant, octets: &[u8]) -> String {
    match Pdu::decode_as(variant, octets) {
        Ok(pdu) => pdu.to_string(),
        Err(error) => format!("a malformed message: {error}"),
    }
}
