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

No public text of TS 29.163 stands behind most rows. Rows with a second public source:

- TS 29.163 tables C.1.1 and C.2.1 (categories): published excerpts of that annex.
- RFC 3398 §7.2.4.1: its text; a vendor's manual after RFC 4497 has the same status for causes 1, 2, 3,
  17, 18, 19, 20, 21, 22, 23, 27, 28, 29, 31, 34, 38, 41, 42, 47, 55, 57 and 58.
- RFC 3398 §8.2.6.1: its text; another vendor's manual has the same cause for 404, 408, 410, 483, 484,
  485, 486, 501, 503, 504, 600 and 603. It differs in 400, 403, 414, 416, 420, 421, 480, 502, 513, 604.
- TS 29.163 table 18 (statuses to causes): that manual has the same cause for 404, 410, 433, 480, 484,
  486, 600 and 603, and 2 for 604.
- TS 29.163 table 8 (causes to statuses): none but RFC 3398, which agrees in 1, 17, 19, 20, 22, 27, 28
  and 31 and means to differ in others.

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
