//! Where: from a trace to geometry to SVG.
