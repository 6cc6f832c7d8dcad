//! axe-core looks a page over. `tests/run` installs it; nothing of it comes into the program.

use std::path::Path;
use std::sync::LazyLock;

use serde_json::Value;

use super::Browser;
use crate::servers::missing;

static SOURCE: LazyLock<Option<String>> = LazyLock::new(|| {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/axe/node_modules/axe-core/axe.min.js");
    let source = std::fs::read_to_string(path).ok();
    if source.is_none() {
        missing("what axe says of the pages: axe-core is not here (npm install --prefix target/axe axe-core@4)");
    }
    source
});

const RUN: &str = "axe.run(document, {resultTypes: ['violations']}).then(found => found.violations.map(fault => ({
    id: fault.id, impact: fault.impact, help: fault.help, nodes: fault.nodes.slice(0, 5).map(node => node.html + ' — ' + node.failureSummary)
})))";

/// What axe calls serious or critical; none where axe isn't here.
pub async fn serious_faults(browser: &Browser) -> Option<Vec<Value>> {
    let source = SOURCE.as_deref()?;
    browser.evaluate(&format!("{source};0")).await;
    let faults = browser.evaluate(RUN).await;
    let mut faults = faults.as_array().expect("a list of faults").clone();
    faults.retain(|fault| matches!(fault["impact"].as_str(), Some("serious" | "critical")));
    Some(faults)
}
