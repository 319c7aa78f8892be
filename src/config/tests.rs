use super::*;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Bench {
    #[serde(rename = "place")]
    _place: Option<Place>,
    #[serde(default)]
    trunk: Vec<Trunk>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Trunk {
    name: String,
    cics: u16,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Place {
    #[serde(rename = "address")]
    _address: std::net::SocketAddr,
}

/// A program that cannot do without a place and a name.
#[derive(Debug, Deserialize)]
struct Needy {
    #[serde(rename = "name")]
    _name: String,
    #[serde(rename = "place")]
    _place: Place,
}

impl Configuration for Needy {
    const PROGRAM: &'static str = "needy";
    const PLAIN_KEYS: &'static [&'static str] = &["name"];

    fn faults(&self) -> Vec<Fault> {
        Vec::new()
    }
}

impl Configuration for Bench {
    const PROGRAM: &'static str = "bench";

    fn faults(&self) -> Vec<Fault> {
        let too_many = |(index, trunk): (usize, &Trunk)| {
            (trunk.cics > 31 || trunk.name.is_empty())
                .then(|| Fault::new(format!("trunk[{index}].cics"), "expected at most 31"))
        };
        self.trunk.iter().enumerate().filter_map(too_many).collect()
    }
}

fn refusal(text: &str) -> String {
    parse::<Bench>(Path::new("bench.toml"), text)
        .unwrap_err()
        .to_string()
}

#[test]
fn an_unknown_key_is_named_with_its_line_and_what_was_expected() {
    let text = "program = \"bench\"\n[[trunk]]\nname = \"a\"\ncics = 3\ncisc = 1\n";
    assert_eq!(
        refusal(text),
        "bench.toml:5: trunk[0].cisc: unknown key `cisc`, expected `name` or `cics`"
    );
}

#[test]
fn a_wrong_type_is_named_with_its_line_and_key() {
    let text = "program = \"bench\"\n[[trunk]]\nname = \"a\"\ncics = \"many\"\n";
    assert_eq!(
        refusal(text),
        "bench.toml:4: trunk[0].cics: found string \"many\", expected a whole number from 0 to 65535"
    );
}

#[test]
fn what_is_missing_is_named_as_it_is_written() {
    let refusal = |text: &str| {
        let refused = parse::<Needy>(Path::new("needy.toml"), text);
        refused.unwrap_err().to_string()
    };
    assert_eq!(
        refusal("program = 'needy'\n[place]\naddress = '127.0.0.1:5'"),
        "needy.toml: name: the key is missing; it stands before all tables"
    );
    assert_eq!(
        refusal("program = 'needy'\nname = 'a'"),
        "needy.toml: place: the table [place] is missing"
    );
    assert_eq!(
        refusal("program = 'needy'\nname = 'a'\n[place]\n"),
        "needy.toml:3: place.address: the key is missing"
    );
}

#[test]
fn an_address_is_asked_for_with_its_port() {
    assert_eq!(
        refusal("program = \"bench\"\n[place]\naddress = \"localhost:5060\"\n"),
        "bench.toml:3: place.address: expected an address and a port, such as \
         \"127.0.0.20:5060\"; host names are not looked up"
    );
}

#[test]
fn every_value_that_cannot_be_read_is_listed() {
    let text = "program = \"bench\"\ncolour = 3\n[[trunk]]\nname = 1\ncics = \"many\"\n\
                [[trunk]]\nnaem = \"b\"\ncics = 40\n[place]\naddress = \"here\"\n[more]\n";
    let lines: Vec<_> = refusal(text).lines().map(str::to_owned).collect();
    let begins = [
        "bench.toml:2: colour: unknown key",
        "bench.toml:4: trunk[0].name: found integer 1, expected a text",
        "bench.toml:5: trunk[0].cics: found string \"many\", expected a whole number",
        "bench.toml:6: trunk[1].name: the key is missing",
        "bench.toml:7: trunk[1].naem: unknown key",
        "bench.toml:10: place.address: expected an address",
        "bench.toml:11: more: unknown key",
    ];
    assert_eq!(lines.len(), begins.len(), "{lines:#?}");
    for (line, begin) in lines.iter().zip(begins) {
        assert!(line.starts_with(begin), "{line}");
    }
}

#[test]
fn what_cannot_be_read_does_not_hide_what_cannot_work() {
    let text = "program = \"bench\"\n[[trunk]]\nname = \"a\"\ncics = 40\ncolour = 3\n";
    assert_eq!(
        refusal(text),
        "bench.toml:4: trunk[0].cics: expected at most 31\n\
         bench.toml:5: trunk[0].colour: unknown key `colour`, expected `name` or `cics`"
    );
}

#[test]
fn a_key_that_is_not_there_is_placed_at_its_table() {
    let text = "[[trunk]]\nname = \"a\"\n[[trunk]]\nname = \"b\"\n";
    let table = DeTable::parse(text).unwrap();
    let line = |key| locate(text, table.get_ref(), key);
    assert_eq!((line("trunk[1].cics"), line("span[0].id")), (Some(3), None));
}

#[test]
fn every_value_that_cannot_work_is_listed() {
    let text = "program = \"bench\"\n[[trunk]]\nname = \"a\"\ncics = 40\n[[trunk]]\nname = \"b\"\ncics = 50\n";
    assert_eq!(
        refusal(text),
        "bench.toml:4: trunk[0].cics: expected at most 31\nbench.toml:7: trunk[1].cics: expected at most 31"
    );
}

#[test]
fn another_programs_file_and_broken_toml_are_refused() {
    assert_eq!(
        refusal("\nprogram = \"hss\""),
        "bench.toml:2: program: expected \"bench\", found \"hss\""
    );
    assert!(refusal("program = \"bench\"\ntrunk = [").starts_with("bench.toml:2: "));
    assert!(refusal("").starts_with("bench.toml:1: program: expected the name of a program"));
}
