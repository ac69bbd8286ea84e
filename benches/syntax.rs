//! How long reading a file takes, and one keystroke in it. `cargo bench --bench syntax`

use base44_connectors_ls::syntax::{TextRange, TextSize, Tree};
use divan::counter::BytesCount;
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

/// What Base44 writes: 163 bytes.
const TYPICAL: &str = r#"{
  "type": "googlecalendar",
  "scopes": [
    "https://www.googleapis.com/auth/calendar",
    "https://www.googleapis.com/auth/calendar.events.read"
  ]
}
"#;

/// 20,000 scopes in 1 MB.
fn large() -> String {
    let scope = |nth| format!("    \"https://www.googleapis.com/auth/scope.{nth:05}\"");
    let scopes: Vec<String> = (0..20_000).map(scope).collect();
    format!(
        "{{\n  \"type\": \"googlecalendar\",\n  \"scopes\": [\n{}\n  ]\n}}\n",
        scopes.join(",\n")
    )
}

#[divan::bench]
fn parse_typical(bencher: Bencher<'_, '_>) {
    bencher
        .counter(BytesCount::of_str(TYPICAL))
        .bench(|| Tree::parse(black_box(TYPICAL)));
}

#[divan::bench]
fn parse_large(bencher: Bencher<'_, '_>) {
    let text = large();
    bencher
        .counter(BytesCount::of_str(&*text))
        .bench(|| Tree::parse(black_box(&text)));
}

#[divan::bench]
fn keystroke_in_typical(bencher: Bencher<'_, '_>) {
    keystroke(bencher, TYPICAL);
}

#[divan::bench]
fn keystroke_in_large(bencher: Bencher<'_, '_>) {
    keystroke(bencher, &large());
}

#[divan::bench]
fn errors_of_large(bencher: Bencher<'_, '_>) {
    let tree = Tree::parse(&large());
    bencher.bench(|| black_box(&tree).errors());
}

/// A letter is typed in the middle; the tree from before stays, and the new one is dropped.
fn keystroke(bencher: Bencher<'_, '_>, text: &str) {
    let tree = Tree::parse(text);
    let middle = text.get(..text.len() / 2).unwrap_or(text);
    let at = middle.rfind("auth/").map_or(0, |it| it + 1);
    let mut new = text.to_owned();
    new.insert(at, 'x');
    let range = TextRange::empty(TextSize::try_from(at).unwrap_or_default());
    bencher.bench(|| black_box(&tree).edited(black_box(&new), range, TextSize::new(1)));
}
