//! The colours of the look, by theme.
//!
//! A drawing that leaves the page carries resolved colours; one on the page carries the token as
//! a class besides. `assets/tokens.css` has the same values, and a test compares the two.

/// A set of colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Dark on white.
    #[default]
    Light,
    /// Light on dark.
    Dark,
    /// For the lecture hall: black, with thick lines and large type.
    Projector,
    /// For paper.
    Print,
}

impl Theme {
    /// Every theme.
    pub const ALL: [Self; 4] = [Self::Light, Self::Dark, Self::Projector, Self::Print];

    /// The name in URLs and in `data-theme`.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
            Self::Projector => "projector",
            Self::Print => "print",
        }
    }
}

/// A colour by its use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    /// The page.
    Paper,
    /// Diagrams, cards, tables of numbers.
    Stage,
    /// Gap bands, code, hover.
    Sunken,
    /// Hairlines between rows.
    Rule,
    /// Lanes, clock ticks, borders of controls.
    Edge,
    /// Text, playhead, primary button.
    Ink,
    /// The second voice: labels, details.
    Ink2,
    /// The focus ring.
    Focus,
    /// The moment now playing.
    Mark,
    /// The line of DNS.
    Dns,
    /// The line of TCP.
    Tcp,
    /// The line of TLS.
    Tls,
    /// The line of HTTP.
    Http,
    /// The line of QUIC.
    Quic,
    /// The line of UDP.
    Udp,
    /// The cross of a loss.
    Loss,
    /// Words in the colour of DNS.
    DnsInk,
    /// Words in the colour of TCP.
    TcpInk,
    /// Words in the colour of TLS.
    TlsInk,
    /// Words in the colour of HTTP.
    HttpInk,
    /// Words in the colour of QUIC.
    QuicInk,
    /// Words in the colour of UDP.
    UdpInk,
    /// Words about a loss.
    LossInk,
    /// Fills of DNS behind ink.
    DnsTint,
    /// Fills of TCP behind ink.
    TcpTint,
    /// Fills of TLS behind ink.
    TlsTint,
    /// Fills of HTTP behind ink.
    HttpTint,
    /// Fills of QUIC behind ink.
    QuicTint,
    /// Fills of UDP behind ink.
    UdpTint,
    /// Fills of a loss behind ink.
    LossTint,
}

impl Token {
    /// Every token, in the order of the style sheet.
    pub const ALL: [Self; 30] = [
        Self::Paper,
        Self::Stage,
        Self::Sunken,
        Self::Rule,
        Self::Edge,
        Self::Ink,
        Self::Ink2,
        Self::Focus,
        Self::Mark,
        Self::Dns,
        Self::Tcp,
        Self::Tls,
        Self::Http,
        Self::Quic,
        Self::Udp,
        Self::Loss,
        Self::DnsInk,
        Self::TcpInk,
        Self::TlsInk,
        Self::HttpInk,
        Self::QuicInk,
        Self::UdpInk,
        Self::LossInk,
        Self::DnsTint,
        Self::TcpTint,
        Self::TlsTint,
        Self::HttpTint,
        Self::QuicTint,
        Self::UdpTint,
        Self::LossTint,
    ];

    /// Its name in the style sheet and in class names: `ink-2`.
    pub const fn name(self) -> &'static str {
        ROWS[self as usize].0
    }

    /// Its colour: `#1C1B19`.
    pub const fn color(self, theme: Theme) -> &'static str {
        ROWS[self as usize].1[theme as usize]
    }
}

/// Name, then light, dark, projector, print.
const ROWS: [(&str, [&str; 4]); 30] = [
    ("paper", ["#FBFAF7", "#141517", "#000000", "#FFFFFF"]),
    ("stage", ["#FFFFFF", "#191B1D", "#000000", "#FFFFFF"]),
    ("sunken", ["#F1EFEA", "#222527", "#1C1C1C", "#F2F2F2"]),
    ("rule", ["#E0DDD6", "#303336", "#4A4A4A", "#BDBDBD"]),
    ("edge", ["#8A8880", "#7B7F83", "#A8A8A8", "#6E6E6E"]),
    ("ink", ["#1C1B19", "#E9E7E2", "#FFFFFF", "#000000"]),
    ("ink-2", ["#4E4C47", "#BAB8B2", "#DADADA", "#333333"]),
    ("focus", ["#0050B3", "#9CC7FF", "#FFE27A", "#000000"]),
    ("mark", ["#FFF0B3", "#453C12", "#4A4000", "#EDEDED"]),
    ("dns", ["#00815A", "#2BC08F", "#00E0A0", "#006B4A"]),
    ("tcp", ["#0B7BE0", "#2682EA", "#3E97FF", "#0062B8"]),
    ("tls", ["#CC6AA4", "#F9D3EA", "#FFD9EE", "#A8447E"]),
    ("http", ["#B48200", "#F2CE52", "#FFD84D", "#8A6300"]),
    ("quic", ["#55309A", "#BEAAF8", "#CDB6FF", "#46257F"]),
    ("udp", ["#4A5159", "#8A949D", "#A3ADB6", "#3A4047"]),
    ("loss", ["#B00D1E", "#FF4F45", "#FF5A50", "#9A0A19"]),
    ("dns-ink", ["#00573D", "#63D6B0", "#4DF0BF", "#00452F"]),
    ("tcp-ink", ["#00498F", "#8FC0FB", "#8CC2FF", "#003C75"]),
    ("tls-ink", ["#7C2B5A", "#F9D3EA", "#FFD9EE", "#66214A"]),
    ("http-ink", ["#664700", "#F2CE52", "#FFD84D", "#523900"]),
    ("quic-ink", ["#46257F", "#CFC0FB", "#D9C8FF", "#3A1C6E"]),
    ("udp-ink", ["#3A4047", "#B9C1C8", "#C9D0D6", "#2B2F33"]),
    ("loss-ink", ["#9A0A19", "#FFA39C", "#FFA8A2", "#7D0713"]),
    ("dns-tint", ["#DFF1EA", "#143429", "#003325", "#EEF7F3"]),
    ("tcp-tint", ["#DDECFC", "#152B43", "#06264A", "#EDF4FC"]),
    ("tls-tint", ["#F9E6F1", "#3B2634", "#3D2233", "#FAF0F6"]),
    ("http-tint", ["#F7ECCF", "#352D14", "#3A3000", "#FAF5E6"]),
    ("quic-tint", ["#EEE7F9", "#2B2542", "#2A1F4A", "#F2EEF9"]),
    ("udp-tint", ["#E8EAEC", "#2A2E32", "#26292C", "#F2F3F4"]),
    ("loss-tint", ["#FBE4E4", "#401D1C", "#4A1512", "#FBEFEF"]),
];

#[cfg(test)]
mod tests {
    use super::{ROWS, Theme, Token};

    #[test]
    fn every_token_stands_in_its_own_row() {
        for (token, (name, _)) in Token::ALL.into_iter().zip(ROWS) {
            assert_eq!(token.name(), name);
        }
        assert_eq!(Token::Ink2.name(), "ink-2");
        assert_eq!(Token::TcpTint.color(Theme::Projector), "#06264A");
    }
}
