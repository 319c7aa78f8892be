//! The ladders that stand in a document.

/// The blocks of a document in Markdown that begin with a title, `# …`.
pub(crate) fn in_document(text: &str) -> Vec<&str> {
    let blocks = text.split("```text\n").skip(1);
    let blocks = blocks.filter_map(|rest| rest.split_once("```"));
    let blocks = blocks.map(|(block, _)| block);
    blocks.filter(|block| block.starts_with("# ")).collect()
}
