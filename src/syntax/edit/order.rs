//! Putting the items of a list into another order.

use super::{Item, List, TextEdit, edit};

impl List<'_> {
    /// Puts the items into the order of these indices, which must name each of them once. Comments go along with their items, all others stay.
    /// The last item has a comma behind it if the last one had; no other goes without.
    #[must_use]
    pub fn reorder(&self, order: &[usize]) -> Vec<TextEdit> {
        let slots = self.items.iter().zip(order).enumerate();
        let moved = slots.filter_map(|(nth, (slot, &from))| {
            let item = self.items.get(from)?;
            let has_comma = slot.comma.is_some() || nth + 1 < self.items.len();
            let text = self.moved(item, slot, has_comma);
            (text != self.str(slot.all.clone())).then(|| edit(slot.all.clone(), text))
        });
        moved.collect()
    }

    /// Takes away the comma behind the last item.
    #[must_use]
    pub fn remove_trailing_comma(&self) -> Option<TextEdit> {
        let comma = self.items.last()?.comma.clone()?;
        Some(edit(comma, String::new()))
    }

    /// The source text of an item where `slot` was.
    fn moved(&self, item: &Item, slot: &Item, has_comma: bool) -> String {
        let mut text = self.str(item.all.start..item.range.end).to_owned();
        match &item.comma {
            Some(comma) => {
                let between = self.str(item.range.end..comma.start);
                if has_comma || !between.trim().is_empty() {
                    text.push_str(between);
                }
                if has_comma {
                    text.push(',');
                }
                text.push_str(self.str(comma.end..item.all.end));
            }
            None => {
                let comments = self.str(item.range.end..item.all.end);
                let comma = if has_comma { "," } else { "" };
                match item.ends_in_line_comment {
                    true => text.extend([comma, comments]),
                    false => text.extend([comments, comma]),
                }
            }
        }
        // A comment behind a comma would belong to what follows it on its line.
        let is_comment_last = item.ends_in_line_comment || has_comma && !text.ends_with(',');
        if is_comment_last && !self.ends_line(slot.all.end) {
            text.push_str(&self.new_line(self.indent_of(slot)));
        }
        text
    }
}
