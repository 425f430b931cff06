use std::cmp::min;

/// How many letters must change to turn one word into the other.
pub fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();

    for (i, a) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in to.iter().enumerate() {
            let above = row[j + 1];
            row[j + 1] = if a == *b {
                diagonal
            } else {
                1 + min(diagonal, min(above, row[j]))
            };
            diagonal = above;
        }
    }
    row[to.len()]
}

/// The tea whose name is closest to what was typed, unless nothing is close.
pub fn find<'a>(typed: &str, teas: &[&'a str]) -> Option<&'a str> {
    teas.iter()
        .map(|tea| (distance(&typed.to_lowercase(), &tea.to_lowercase()), *tea))
        .filter(|(changes, tea)| *changes <= tea.chars().count() / 3)
        .min()
        .map(|(_, tea)| tea)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forgives_typing_errors() {
        assert_eq!(find("darjeling", &["Assam", "Darjeeling", "Sencha"]), Some("Darjeeling"));
        assert_eq!(find("coffee", &["Assam", "Darjeeling", "Sencha"]), None);
    }
}
