//! Values as text, in every manner that people write YAML in.

use kubesift_yaml::edit::quote_if_needed;

use super::model::Model;

/// A stream of choices from a seed.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, count: usize) -> usize {
        (self.next() % count.max(1) as u64) as usize
    }

    /// True `percent` times out of a hundred.
    pub fn hit(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}

/// What a block scalar that was just written forbids.
struct Tail {
    keeps: bool,
    indent: usize,
    strips: bool,
}

pub struct Writer {
    dice: Dice,
    out: String,
    newline: &'static str,
    width: usize,
    dash: usize,
    gap: usize,
    comments: usize,
    flow: usize,
    count: usize,
    tail: Option<Tail>,
}

/// A file that holds the models, one document each.
pub fn write(models: &[Model], seed: u64) -> String {
    let mut dice = Dice::new(seed);
    if models.len() == 1 && dice.hit(15) && matches!(models[0], Model::Map(_) | Model::List(_)) {
        return json(&models[0], &mut dice);
    }
    let width = dice.pick(&[1, 2, 2, 2, 3, 4, 4]);
    let mut writer = Writer {
        newline: if dice.hit(20) { "\r\n" } else { "\n" },
        width,
        dash: if dice.hit(50) { 0 } else { width },
        gap: dice.pick(&[2, 2, 2, 2, 4]),
        comments: dice.pick(&[0, 10, 30]),
        flow: dice.pick(&[0, 10, 30]),
        dice,
        out: String::new(),
        count: 0,
        tail: None,
    };
    for (index, model) in models.iter().enumerate() {
        if index > 0 || writer.dice.hit(20) {
            writer.out.push_str("---");
            writer.end_line();
        }
        writer.document(model);
    }
    writer.finish()
}

fn json(model: &Model, dice: &mut Dice) -> String {
    let value = to_json(model);
    match dice.below(4) {
        0 => value.to_string(),
        1 => {
            let spaced = format!("{value:#}\n");
            let tabbed = |line: &str| {
                let body = line.trim_start_matches(' ');
                format!("{}{body}\n", "\t".repeat((line.len() - body.len()) / 2))
            };
            spaced.lines().map(tabbed).collect()
        }
        2 => format!("{value:#}\n").replace('\n', "\r\n"),
        _ => format!("{value:#}\n"),
    }
}

fn to_json(model: &Model) -> serde_json::Value {
    match model {
        Model::Null => serde_json::Value::Null,
        Model::Bool(value) => (*value).into(),
        Model::Int(value) => i64::try_from(*value).unwrap().into(),
        Model::Float(value) | Model::Str(value) => value.as_str().into(),
        Model::List(items) => items.iter().map(to_json).collect(),
        Model::Map(entries) => {
            entries.iter().map(|(key, value)| (key.clone(), to_json(value))).collect()
        }
    }
}

impl Writer {
    fn comment(&mut self) -> String {
        self.count += 1;
        let tail = self.dice.pick(&["", " word", ": {a, b]", " it's \"", " # - x: &y *z", ","]);
        format!("# c{}{tail}", self.count)
    }

    /// Ends a line, with a comment at times.
    fn end_line(&mut self) {
        if self.dice.hit(self.comments) {
            let comment = self.comment();
            let space = self.dice.pick(&[" ", "  "]);
            self.out.push_str(space);
            self.out.push_str(&comment);
        } else if self.dice.hit(3) {
            self.out.push(' ');
        }
        self.out.push_str(self.newline);
        self.tail = None;
    }

    /// Blank and comment lines between entries at `column`; at times comments deeper than it.
    fn filler(&mut self, column: usize) {
        if let Some(tail) = &self.tail
            && (tail.keeps || column >= tail.indent)
        {
            return;
        }
        for _ in 0..2 {
            if self.dice.hit(self.comments / 3) {
                self.out.push_str(self.newline);
            }
            if self.dice.hit(self.comments / 2) {
                let most = self.tail.as_ref().map_or(column + 4, |tail| tail.indent - 1);
                let deeper = if self.dice.hit(30) { self.dice.below(most - column + 1) } else { 0 };
                let comment = self.comment();
                self.out.push_str(&" ".repeat(column + deeper));
                self.out.push_str(&comment);
                self.out.push_str(self.newline);
                if self.tail.is_some() {
                    self.tail = Some(Tail { keeps: false, indent: column + 1, strips: true });
                }
            }
        }
    }

    fn document(&mut self, model: &Model) {
        self.filler(0);
        match model {
            Model::Map(entries) if !entries.is_empty() && !self.dice.hit(self.flow / 3) => {
                self.map(model, 0);
            }
            Model::List(items) if !items.is_empty() && !self.dice.hit(self.flow / 3) => {
                self.list(model, 0);
            }
            Model::Map(_) | Model::List(_) => {
                self.flow_value(model, 0);
                self.end_line();
            }
            _ => {
                let text = self.scalar(model, false);
                let text = if text.is_empty() { "null".to_owned() } else { text };
                self.out.push_str(&text);
                self.end_line();
            }
        }
        self.filler(0);
    }

    /// Entries at `column`, the first where the writer stands.
    fn map(&mut self, model: &Model, column: usize) {
        let Model::Map(entries) = model else { return };
        let mut order: Vec<_> = entries.iter().collect();
        for at in (1..order.len()).rev() {
            order.swap(at, self.dice.below(at + 1));
        }
        for (index, (key, value)) in order.into_iter().enumerate() {
            if index > 0 {
                self.filler(column);
                self.out.push_str(&" ".repeat(column));
            }
            let key = self.key(key);
            self.out.push_str(&key);
            self.out.push(':');
            self.value(value, column, false);
        }
    }

    fn list(&mut self, model: &Model, column: usize) {
        let Model::List(items) = model else { return };
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.filler(column);
                self.out.push_str(&" ".repeat(column));
            }
            self.out.push('-');
            self.value(item, column, true);
        }
    }

    /// A value behind a colon or a dash of an entry at `column`, with the end of its line.
    fn value(&mut self, model: &Model, column: usize, item: bool) {
        let flow = self.flow;
        match model {
            Model::Map(entries) if !entries.is_empty() && !self.dice.hit(flow) => {
                if item && self.dice.hit(90) {
                    self.out.push_str(&" ".repeat(self.gap - 1));
                    return self.map(model, column + self.gap);
                }
                self.nested(column, column + self.width);
                self.map(model, column + self.width);
            }
            Model::List(items) if !items.is_empty() && !self.dice.hit(flow) => {
                if item && self.dice.hit(80) {
                    self.out.push_str(&" ".repeat(self.gap - 1));
                    return self.list(model, column + self.gap);
                }
                let inner = column + if item { self.width } else { self.dash };
                self.nested(column, inner);
                self.list(model, inner);
            }
            Model::Map(_) | Model::List(_) => {
                self.out.push(' ');
                self.flow_value(model, column + 1);
                self.end_line();
            }
            Model::Str(text) if self.dice.hit(60) && fits_literal(text) => {
                self.literal(text, column)
            }
            Model::Str(text) if self.dice.hit(20) && fits_folded(text) => self.folded(text, column),
            _ => {
                let text = self.scalar(model, false);
                if !text.is_empty() {
                    self.out.push(' ');
                    if self.dice.hit(3) {
                        self.nested(column, column + self.width);
                    }
                    self.out.push_str(&text);
                }
                self.end_line();
            }
        }
    }

    /// Goes to a new line at `inner`, past comments.
    fn nested(&mut self, column: usize, inner: usize) {
        self.end_line();
        self.filler(column.max(inner));
        self.out.push_str(&" ".repeat(inner));
    }

    fn literal(&mut self, text: &str, column: usize) {
        let body = text.trim_end_matches('\n');
        let breaks = text.len() - body.len();
        let chomp = match breaks {
            0 => "-",
            1 if self.dice.hit(80) => "",
            _ => "+",
        };
        let indent = column + self.width;
        let digit = body.starts_with(' ') || self.dice.hit(10);
        let digit = if digit { self.width.to_string() } else { String::new() };
        self.out.push_str(&format!(" |{digit}{chomp}"));
        self.end_line();
        for line in body.split('\n') {
            if !line.is_empty() {
                self.out.push_str(&" ".repeat(indent));
                self.out.push_str(line);
            }
            self.out.push_str(self.newline);
        }
        for _ in 1..breaks {
            self.out.push_str(self.newline);
        }
        self.tail = Some(Tail { keeps: chomp == "+", indent, strips: chomp == "-" });
    }

    fn folded(&mut self, text: &str, column: usize) {
        let indent = column + self.width;
        self.out.push_str(" >-");
        self.end_line();
        for word in text.split(' ') {
            self.out.push_str(&" ".repeat(indent));
            self.out.push_str(word);
            self.out.push_str(self.newline);
        }
        self.tail = Some(Tail { keeps: false, indent, strips: true });
    }

    fn key(&mut self, key: &str) -> String {
        match self.dice.below(10) {
            0 => format!("\"{key}\""),
            1 => format!("'{key}'"),
            _ => quote_if_needed(key),
        }
    }

    fn scalar(&mut self, model: &Model, flow: bool) -> String {
        match model {
            Model::Null if flow => self.dice.pick(&["null", "~"]).to_owned(),
            Model::Null => self.dice.pick(&["", "", "null", "~"]).to_owned(),
            Model::Bool(value) => value.to_string(),
            Model::Int(value) => value.to_string(),
            Model::Float(text) | Model::Str(text) => self.string(text),
            _ => String::new(),
        }
    }

    fn string(&mut self, text: &str) -> String {
        let single = !text.contains(['\n', '\t', '\r']);
        match self.dice.below(4) {
            0 if single => format!("'{}'", text.replace('\'', "''")),
            1 => serde_json::Value::from(text).to_string(),
            _ => quote_if_needed(text),
        }
    }

    fn flow_value(&mut self, model: &Model, column: usize) {
        let (open, close) = if matches!(model, Model::Map(_)) { ("{", "}") } else { ("[", "]") };
        let parts: Vec<(Option<&String>, &Model)> = match model {
            Model::Map(entries) => entries.iter().map(|(key, value)| (Some(key), value)).collect(),
            Model::List(items) => items.iter().map(|item| (None, item)).collect(),
            _ => {
                let text = self.scalar(model, true);
                return self.out.push_str(&text);
            }
        };
        self.out.push_str(open);
        let spread = !parts.is_empty() && self.dice.hit(25);
        let space = if self.dice.hit(30) { " " } else { "" };
        let trailing = self.dice.hit(10);
        if !spread {
            self.out.push_str(space);
        }
        let last = parts.len();
        for (index, (key, value)) in parts.into_iter().enumerate() {
            if spread {
                self.end_line();
                if self.dice.hit(self.comments / 2) {
                    let comment = self.comment();
                    self.out.push_str(&format!(
                        "{}{comment}{}",
                        " ".repeat(column + 1),
                        self.newline
                    ));
                }
                self.out.push_str(&" ".repeat(column + 2));
            }
            if let Some(key) = key {
                let key = self.key(key);
                self.out.push_str(&key);
                if matches!(value, Model::Null) && self.dice.hit(50) {
                    let mark = self.dice.pick(&["", ": "]);
                    self.out.push_str(mark);
                } else {
                    self.out.push_str(": ");
                    self.flow_value(value, column + 2);
                }
            } else {
                self.flow_value(value, column + 2);
            }
            let comma = index + 1 < last || trailing;
            if comma {
                self.out.push(',');
                if !spread && (index + 1 < last || !space.is_empty()) {
                    self.out.push(' ');
                }
            }
        }
        if spread {
            self.end_line();
            self.out.push_str(&" ".repeat(column));
        } else if !trailing {
            self.out.push_str(space);
        }
        self.out.push_str(close);
    }

    fn finish(mut self) -> String {
        let bound = self.tail.as_ref().is_some_and(|tail| !tail.strips);
        if !bound && self.dice.hit(15) {
            let len = self.out.trim_end_matches(['\r', '\n']).len();
            self.out.truncate(len);
        } else if self.tail.as_ref().is_none_or(|tail| !tail.keeps) && self.dice.hit(15) {
            self.out.push_str(self.newline);
        }
        if self.dice.hit(5) {
            self.out.insert(0, '\u{feff}');
        }
        self.out
    }
}

/// Text that a literal can hold: a line of content, no other control characters.
fn fits_literal(text: &str) -> bool {
    let body = text.trim_end_matches('\n');
    let lines = body.split('\n').all(|line| line.is_empty() || !line.trim().is_empty());
    !body.is_empty() && !body.starts_with('\n') && lines && !text.contains(['\t', '\r'])
}

fn fits_folded(text: &str) -> bool {
    !text.is_empty()
        && !text.contains(['\n', '\t', '\r'])
        && text.split(' ').all(|word| !word.is_empty())
}
