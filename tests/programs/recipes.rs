//! Every piece of configuration in `docs/recipes.md` makes a sound file of an example.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use toml::{Table, Value};

use crate::metrics::Metrics;
use crate::programs::{Bench, Example, run};

const RECIPES: &str = include_str!("../../docs/recipes.md");

/// What tells the tables of a list apart, the first key that a table has.
const IDENTITIES: &[&str] = &["name", "id", "prefix", "msisdn", "number"];

/// A block "```toml gateway without ss7.peer": the program, what goes before, the text. One that is
/// a whole file is "```toml gateway alone".
struct Recipe {
    program: &'static str,
    without: Vec<&'static str>,
    text: String,
}

fn recipes() -> Vec<Recipe> {
    let blocks = RECIPES.split("```toml").skip(1);
    let recipe = |block: &'static str| {
        let (head, rest) = block.split_once('\n').unwrap();
        let (text, _) = rest.split_once("```").unwrap();
        let mut words = head.split_whitespace();
        let program = words
            .next()
            .unwrap_or_else(|| panic!("for which program? {text}"));
        let lines = text.lines().map(|line| format!("{}\n", line.trim_start()));
        Recipe {
            program,
            without: words.filter(|word| *word != "without").collect(),
            text: lines.collect(),
        }
    };
    blocks.map(recipe).collect()
}

#[test]
fn every_recipe_is_sound() {
    let bench = Bench::new();
    let recipes = recipes();
    assert!(recipes.len() >= 20, "{}", recipes.len());
    for (number, recipe) in recipes.iter().enumerate() {
        let text = followed(&bench, recipe);
        let text = text.replace("\nfile = \"", &format!("\nfile = \"{}/", folder()));
        let path = bench.file(&format!("recipe-{number}.toml"), &text);
        let output = run(&["check", path.to_str().unwrap()]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}\n{said}", recipe.text);
        assert!(said.is_empty(), "{}\n{said}", recipe.text);
    }
}

/// The example of a recipe's program, as the recipe wants it.
fn followed(bench: &Bench, recipe: &Recipe) -> String {
    let mut config: Table = toml::from_str(&bench.example(recipe.program).0).unwrap();
    match recipe.without[..] {
        ["alone"] => config.clear(),
        ref paths => paths.iter().for_each(|path| remove(&mut config, path)),
    }
    merge(
        &mut config,
        toml::from_str(&bench.moved(&recipe.text)).unwrap(),
    );
    toml::to_string(&config).unwrap()
}

/// Both halves together.
#[test]
fn a_second_choice_comes_into_service() {
    let bench = Bench::new();
    let halves = recipes().into_iter();
    let halves = halves.filter(|recipe| recipe.text.contains("\"south\""));
    let halves: Vec<_> = halves.collect();
    let [gateway, pstn] = [0, 1].map(|half| {
        let recipe: &Recipe = &halves[half];
        (recipe.program, Example(followed(&bench, recipe)))
    });
    let gateway = bench.start(gateway.0, &gateway.1);
    let pstn = bench.start(pstn.0, &pstn.1);
    for (trunk, circuits) in [("north", 15.0), ("south", 16.0)] {
        let idle = format!("tandem_circuits{{state=\"idle\",trunk=\"{trunk}\"}}");
        Metrics::await_value(bench.address("20:9090"), &idle, circuits);
        Metrics::await_value(bench.address("10:9090"), &idle, circuits);
    }
    pstn.stop();
    gateway.stop();
}

#[test]
fn a_switch_says_what_its_calls_wait_for() {
    let bench = Bench::new();
    let pstn = bench.start_example("pstn");
    let log = pstn.logs("calls wait for the trunk: the other exchange is unavailable");
    assert!(log.contains("trunk=\"gateway\" calls=2"), "{log}");
    pstn.stop();
}

/// A folder that is there.
fn folder() -> String {
    std::env::temp_dir().display().to_string()
}

fn remove(config: &mut Table, path: &str) {
    let removed = match path.split_once('.') {
        Some((table, key)) => config[table].as_table_mut().unwrap().remove(key),
        None => config.remove(path),
    };
    assert!(removed.is_some(), "nothing to take out: {path}");
}

/// Tables get the keys, lists of tables the tables that they do not have by name.
fn merge(config: &mut Table, recipe: Table) {
    for (key, value) in recipe {
        match (config.get_mut(&key), value) {
            (Some(Value::Table(table)), Value::Table(more)) => merge(table, more),
            (Some(Value::Array(tables)), Value::Array(more)) if identity(&more[0]).is_some() => {
                for table in more {
                    merge_into(tables, table);
                }
            }
            (_, value) => drop(config.insert(key, value)),
        }
    }
}

fn identity(table: &Value) -> Option<&'static str> {
    let mut names = IDENTITIES.iter().copied();
    names.find(|name| table.get(name).is_some())
}

fn merge_into(tables: &mut Vec<Value>, more: Value) {
    let key = identity(&more).unwrap_or_else(|| panic!("which of them? {more}"));
    let same = |table: &&mut Value| table.get(key) == more.get(key);
    match (tables.iter_mut().find(same), more) {
        (Some(Value::Table(table)), Value::Table(more)) => merge(table, more),
        (_, more) => tables.push(more),
    }
}
