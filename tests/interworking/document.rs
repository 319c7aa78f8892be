//! `docs/conformance/interworking.md` tells of every table and every ladder, with its clause.

use std::fmt::Write;
use std::path::Path;

use libtest_mimic::{Failed, Trial};
use tandem::exchange::interworking;

use crate::ladder::Ladder;
use crate::ladders;

const PATH: &str = "docs/conformance/interworking.md";

/// Set, the document is written instead of compared.
const WRITE: &str = "TANDEM_WRITE_CONFORMANCE";

const HEAD: &str = "\
# Conformance of the interworking of ISUP and SIP

Rules are rows of tables in `src/exchange/interworking`, beside the clause they are from. `tandem tables`
lists the tables, `tandem tables SUBJECT` shows their rows. Unit tests beside the tables hold that every
cause, status, location and medium has an answer, and compare rows with values written down apart from
them. The rows of RFC 3398 are those of its text. The texts of TS 29.163 and Q.1912.5 were not at hand:
their rows are to be compared with them before they serve as a verdict.

What a call becomes on the other side is held by ladders with ISUP and SIP in one text
([format](../scenarios.md)), each a test named by its file, on virtual time against the whole exchange:

```sh
cargo nextest run --test interworking                # all
cargo nextest run --test interworking -- causes/     # of a folder
```

Wireshark reads every message that the gateway sends in them, and finds no fault
(`every message of the ladders, by Wireshark`).

This page is written from the tables and from the titles of the ladders, by the same test that compares
it: `TANDEM_WRITE_CONFORMANCE=1 cargo nextest run --test interworking -- document`.
";

pub(crate) fn trial() -> Trial {
    Trial::test("the document of the rules", compare)
}

fn compare() -> Result<(), Failed> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(PATH);
    let text = document()?;
    if std::env::var_os(WRITE).is_some() {
        return Ok(std::fs::write(path, text)?);
    }
    match std::fs::read_to_string(path)? == text {
        true => Ok(()),
        false => Err(format!("{PATH} is not as the ladders are: {WRITE}=1 writes it").into()),
    }
}

fn document() -> Result<String, Failed> {
    let mut text = format!(
        "{HEAD}\n## Tables\n\n| subject | table | direction | clause |\n|---|---|---|---|\n"
    );
    for table in interworking::tables() {
        let heading = table.heading;
        let (title, direction) = (heading.title, heading.direction.name());
        writeln!(
            text,
            "| {} | {title} | {direction} | {} |",
            heading.subject, heading.clause
        )?;
    }
    let mut folder = String::new();
    for (name, path) in ladders() {
        let (topic, file) = name.split_once('/').ok_or("a ladder in no folder")?;
        if topic != folder {
            topic.clone_into(&mut folder);
            let heading = "| rule | clause | ladder |\n|---|---|---|";
            writeln!(text, "\n## Ladders: {topic}\n\n{heading}")?;
        }
        let ladder = Ladder::parse(&std::fs::read_to_string(path)?)?;
        let (rule, clause) = ladder
            .title
            .rsplit_once(" (")
            .ok_or("a title without a clause")?;
        let clause = clause.trim_end_matches(')');
        writeln!(text, "| {rule} | {clause} | {file} |")?;
    }
    Ok(text)
}
