//! What is code and what is not, in JavaScript that tries to fool.

use proptest::prelude::*;

use super::{Token, TokenKind, tokens};

fn text_of<'t>(text: &'t str, token: &Token) -> &'t str {
    &text[std::ops::Range::from(token.range)]
}

/// The names and keywords: all that is code, and nothing that is in strings, comments, regular expressions or markup.
fn words(text: &str) -> Vec<&str> {
    let of_kind = tokens(text, true).filter(|it| it.kind == TokenKind::Word);
    of_kind.map(|it| text_of(text, &it)).collect()
}

fn of_kind(text: &str, kind: TokenKind) -> Vec<&str> {
    tokens(text, true)
        .filter(|it| it.kind == kind)
        .map(|it| text_of(text, &it))
        .collect()
}

#[test]
fn strings_are_no_code() {
    assert_eq!(words(r#"a("b 'c'", 'd "e" \' f', g)"#), ["a", "g"]);
    assert_eq!(words("a('b\\\n c', \"d\\\r\n e\") f"), ["a", "f"]);
    assert_eq!(of_kind(r#"x = "🎈\\" + 'é'"#, TokenKind::String), [r#""🎈\\""#, "'é'"]);
}

#[test]
fn a_string_without_an_end_ends_nothing_but_itself() {
    assert_eq!(words("a('b\nc('d')"), ["a", "b", "c"]);
    assert_eq!(of_kind("a('b\r\nc('d')", TokenKind::Quote), ["'"]);
}

#[test]
fn comments_are_no_code() {
    assert_eq!(
        words("#!/usr/bin/env deno\na // b 'c\r\nd /* e\n`f */ g /* h"),
        ["a", "d", "g"]
    );
    assert_eq!(words("\u{feff}#!/usr/bin/env deno\na"), ["a"]);
    assert_eq!(words("a /* /* */ b // */ c\u{2028}d"), ["a", "b", "d"]);
}

#[test]
fn templates_hold_code_in_their_holes_only() {
    assert_eq!(
        words("a(`b ${c} d ${`e ${f({ g: `h` })} i`} j`) k"),
        ["a", "c", "f", "g", "k"]
    );
    assert_eq!(words(r"a(`\${b} \` c`) d"), ["a", "d"]);
    assert_eq!(words("a(`$b {c} $`) d"), ["a", "d"]);
    assert_eq!(of_kind("a(`b`, `c${d}`)", TokenKind::String), ["`b`"]);
    assert_eq!(words("a(`b ${ { c } } d`) e"), ["a", "c", "e"]);
}

#[test]
fn regular_expressions_are_no_strings() {
    assert_eq!(words(r#"a.match(/"b'/) c"#), ["a", "match", "c"]);
    assert_eq!(words(r#"return /[/"]'\/`/gi.test(x)"#), ["return", "test", "x"]);
    assert_eq!(
        words("if (a) /'b/.test(c); d = /'/ ; e"),
        ["if", "a", "test", "c", "d", "e"]
    );
    assert_eq!(words("() => { } /'a/.test(b)"), ["test", "b"]);
    assert_eq!(of_kind("x.return / 2 / y", TokenKind::Regex), [""; 0]);
}

#[test]
fn division_is_no_regular_expression() {
    assert_eq!(words("a / b / c; (d) / e / 'f'"), ["a", "b", "c", "d", "e"]);
    assert_eq!(words("a[0] / b / c; d++ / e / f"), ["a", "b", "c", "d", "e", "f"]);
    assert_eq!(words("x = { a } / b / c"), ["x", "a", "b", "c"]);
    assert_eq!(words("1 / a / 2 + `b` / c"), ["a", "c"]);
    assert_eq!(words("a! / b / c"), ["a", "b", "c"]);
    assert_eq!(words("a\n!/'b/.test(c); d !=/'/"), ["a", "test", "c", "d"]);
}

#[test]
fn text_of_elements_is_no_code() {
    let page = r#"
const page = (
  <Card title="Don't" on={() => go('x')}>
    I can't say "hello {name}, <b>it's</b> {/* a 'comment' */} fine
    <br // isn't
    /> <>{list.map((it) => <li key={it}>{it}</li>)}</>
  </Card>
);
after('b');
"#;
    assert_eq!(
        words(page),
        ["const", "page", "go", "name", "list", "map", "it", "it", "it", "after"]
    );
}

#[test]
fn types_are_no_elements() {
    assert_eq!(
        words("const a = <T,>(b: T) => c; d('e')"),
        ["const", "a", "T", "b", "T", "c", "d"]
    );
    assert_eq!(
        words("f = <T extends X>(b) => <p>c</p>; d"),
        ["f", "T", "extends", "X", "b", "d"]
    );
    assert_eq!(
        words("x = a < b && c > d; y<string>('z')"),
        ["x", "a", "b", "c", "d", "y", "string"]
    );
    assert_eq!(words("x = 1<<n; y('<br/>')"), ["x", "n", "y"]);
    assert_eq!(
        words("type F = <T>(x: T) => T; <T extends\nX>() => a; <T = b,>() => <const T,>(c) => <p/>; d"),
        [
            "type", "F", "T", "x", "T", "T", "T", "extends", "X", "a", "T", "b", "const", "T", "c", "d"
        ]
    );
    let assertion: Vec<_> = tokens("x = <any>y; z = '</any>'", false)
        .filter(|it| it.kind == TokenKind::Word)
        .collect();
    assert_eq!(assertion.len(), 4);
}

#[test]
fn names_may_be_in_any_script() {
    assert_eq!(
        words("é\u{a0}ß #private $a_1 \u{feff}b"),
        ["é", "ß", "#private", "$a_1", "b"]
    );
}

#[test]
fn brackets_that_do_not_match_are_no_end() {
    assert_eq!(words("a ) } ] b `${ ( } c` d"), ["a", "b", "d"]);
    assert_eq!(words("<a> b </c> d = <a></a>"), ["d"]);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2000, ..ProptestConfig::default() })]

    /// Whatever the text: tokens are not empty, in order, do not overlap, and leave out nothing but blanks.
    #[test]
    fn nothing_gets_lost(parts in proptest::collection::vec(proptest::sample::select(PARTS), 0..40), jsx: bool) {
        let text: String = parts.concat();
        let is_blank = |text: &str| text.chars().all(|it| it.is_whitespace() || it == '\u{feff}');
        let mut end = 0;
        for token in tokens(&text, jsx) {
            let range = std::ops::Range::<usize>::from(token.range);
            prop_assert!(range.start < range.end);
            let gap = is_blank(&text[end..range.start]);
            prop_assert!(gap);
            end = range.end;
        }
        prop_assert!(is_blank(&text[end..]));
    }
}

const PARTS: &[&str] = &[
    "a", "🎈", "é", "\u{a0}", "\u{feff}", " ", "\n", "\r\n", "\"", "'", "`", "${", "{", "}", "(", ")", "[", "]", "<",
    ">", "</", "/>", "/", "//", "/*", "*/", "\\", ".", "?.", "...", "=>", "=", "++", "return ", "if ", "0", "1.5e3",
    "#", ",", ";", "<a>",
];
