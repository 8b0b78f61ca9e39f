//! What the fields of a message are.

use super::super::encoder::{FieldSpec, spec};

const HEADER: &str = "RFC 1035 section 4.1.1";
const RECORD: &str = "RFC 1035 section 4.1.3";
const EDNS: &str = "RFC 6891 section 6.1.3";

macro_rules! fields {
    ($($name:ident = $id:literal, $label:literal, $meaning:literal, $clause:expr;)+) => {
        $(pub(super) static $name: FieldSpec = spec($id, $label, $meaning, $clause);)+
    };
}

fields! {
    FRAME = "frame-length", "Length", "How long the message is: a stream has no borders of its own.", "RFC 1035 section 4.2.2";
    ID = "id", "Identifier", "Ties the response to its query; a forger must guess it.", HEADER;
    FLAGS = "dns-flags", "Flags", "The kind of message, and what it says about itself.", HEADER;
    QR = "qr", "QR", "0 asks, 1 answers.", HEADER;
    OPCODE = "opcode", "Opcode", "0 is an ordinary query.", HEADER;
    AA = "aa", "AA", "Authoritative answer: from the zone itself, not from a cache.", HEADER;
    TC = "tc", "TC", "Truncated: it did not fit, ask again over TCP.", HEADER;
    RD = "rd", "RD", "Recursion desired: please find out, do not only refer me.", HEADER;
    RA = "ra", "RA", "Recursion available: this server does find out.", HEADER;
    Z = "z", "Z", "Kept for the future; zero until then.", HEADER;
    AD = "ad", "AD", "Authentic data: the resolver has checked the signatures.", "RFC 4035 section 3.2.3";
    CD = "cd", "CD", "Checking disabled: the client checks signatures itself.", "RFC 4035 section 3.2.2";
    RCODE = "rcode", "Result", "0 is no error, 2 server failure, 3 no such name.", HEADER;
    QDCOUNT = "qdcount", "Questions", "How many questions follow: one.", HEADER;
    ANCOUNT = "ancount", "Answers", "How many records answer.", HEADER;
    NSCOUNT = "nscount", "Authorities", "How many records name who knows, or what does not exist.", HEADER;
    ARCOUNT = "arcount", "Additionals", "How many records may help besides.", HEADER;
    QUESTION = "question", "Question", "What is asked.", "RFC 1035 section 4.1.2";
    ANSWER = "answer", "Answer", "A record that answers.", RECORD;
    AUTHORITY = "authority", "Authority", "A record about who knows, or about what does not exist.", RECORD;
    ADDITIONAL = "additional", "Additional", "A record that may help.", RECORD;
    NAME = "name", "Name", "Whose record it is. A name that stood before is a pointer of two bytes.", "RFC 1035 section 4.1.4";
    TYPE = "type", "Type", "What kind of record it is.", RECORD;
    CLASS = "class", "Class", "1 is the Internet.", RECORD;
    TTL = "ttl", "Time to live", "For how many seconds it may be remembered.", RECORD;
    RDLENGTH = "rdlength", "Data length", "How many bytes of data follow.", RECORD;
    ADDRESS = "address", "Address", "Where the name is.", "RFC 1035 section 3.4.1, RFC 3596";
    TARGET = "target", "Target", "The name that it points at.", "RFC 1035 section 3.3";
    PREFERENCE = "preference", "Preference", "The smallest is tried first.", "RFC 1035 section 3.3.9";
    TEXT = "text", "Text", "At most 255 bytes behind their length.", "RFC 1035 section 3.3.14";
    PRIMARY = "mname", "First server", "The server on which the zone is kept.", "RFC 1035 section 3.3.13";
    MAILBOX = "rname", "Mailbox", "Who is responsible; the first dot stands for the at sign.", "RFC 1035 section 3.3.13";
    SERIAL = "serial", "Serial number", "Rises with every change of the zone.", "RFC 1035 section 3.3.13";
    REFRESH = "refresh", "Refresh", "How often other servers look for changes, in seconds.", "RFC 1035 section 3.3.13";
    RETRY = "retry", "Retry", "How soon they try again, in seconds.", "RFC 1035 section 3.3.13";
    EXPIRE = "expire", "Expire", "When they give the zone up, in seconds.", "RFC 1035 section 3.3.13";
    MINIMUM = "minimum", "Minimum", "For how many seconds it may be remembered that something does not exist.", "RFC 2308 section 4";
    CAA_FLAGS = "caa-flags", "Flags", "128: who does not know the tag must not issue.", "RFC 8659 section 4.1";
    TAG = "tag", "Tag", "What is said, behind its length.", "RFC 8659 section 4.1";
    VALUE = "value", "Value", "Who may issue certificates.", "RFC 8659 section 4.1";
    PRIORITY = "priority", "Priority", "The smallest is tried first.", "RFC 2782, RFC 9460 section 2.4";
    WEIGHT = "weight", "Weight", "The share among equals.", "RFC 2782";
    SERVICE_PORT = "port", "Port", "Where the service listens.", "RFC 2782";
    PARAM = "param", "Parameter", "What a client may use before it connects.", "RFC 9460 section 2.2";
    KEY_TAG = "key-tag", "Key tag", "Which key; only a hint.", "RFC 4034 appendix B";
    ALGORITHM = "algorithm", "Algorithm", "8 is RSA with SHA-256, 13 is ECDSA on P-256.", "RFC 8624 section 3.1";
    DIGEST_TYPE = "digest-type", "Digest type", "2 is SHA-256.", "RFC 4034 section 5.1.3";
    DIGEST = "digest", "Digest", "The hash of the child's key: so the parent vouches for it.", "RFC 4034 section 5.1.4";
    KEY_FLAGS = "key-flags", "Key flags", "256 signs records, 257 signs keys.", "RFC 4034 section 2.1.1";
    KEY_PROTOCOL = "key-protocol", "Protocol", "Always 3.", "RFC 4034 section 2.1.2";
    KEY = "public-key", "Public key", "Checks the zone's signatures.", "RFC 4034 section 2.1.4";
    COVERED = "covered", "Type covered", "Which records are signed.", "RFC 4034 section 3.1.1";
    LABELS = "labels", "Labels", "How many labels the signed name has.", "RFC 4034 section 3.1.3";
    ORIGINAL_TTL = "original-ttl", "Original TTL", "The time to live at the authority.", "RFC 4034 section 3.1.4";
    EXPIRATION = "expiration", "Expires", "Until when the signature holds, in seconds since 1970.", "RFC 4034 section 3.1.5";
    INCEPTION = "inception", "Holds from", "From when the signature holds, in seconds since 1970.", "RFC 4034 section 3.1.5";
    SIGNER = "signer", "Signer", "Whose key made it.", "RFC 4034 section 3.1.7";
    SIGNATURE = "signature", "Signature", "Only the owner of the key can make it.", "RFC 4034 section 3.1.8";
    NEXT = "next", "Next name", "Nothing exists between this name and the next.", "RFC 4034 section 4.1.1";
    TYPES = "types", "Types", "Which types the name has, as a map of bits.", "RFC 4034 section 4.1.2";
    HASH = "hash", "Hash algorithm", "1 is SHA-1.", "RFC 5155 section 3.1.1";
    NSEC3_FLAGS = "nsec3-flags", "Flags", "1: unsigned delegations may lie between.", "RFC 5155 section 3.1.2";
    ITERATIONS = "iterations", "Iterations", "How often the hash is hashed again; 0 is best.", "RFC 9276 section 3.1";
    SALT = "salt", "Salt", "Hashed with the name, behind its length.", "RFC 5155 section 3.1.5";
    NEXT_HASH = "next-hash", "Next hash", "The next name that exists, hashed.", "RFC 5155 section 3.1.7";
    OTHER = "data", "Data", "Data of a type that this program does not know.", "RFC 3597 section 3";
    OPT = "opt", "EDNS", "The extension of the message, dressed as a record.", "RFC 6891 section 6.1";
    UDP_SIZE = "udp-size", "Largest datagram", "How many bytes the sender takes over UDP.", "RFC 6891 section 6.2.3";
    HIGH_RCODE = "extended-rcode", "Result, upper bits", "The upper eight bits of the result.", EDNS;
    VERSION = "edns-version", "Version", "Always 0.", EDNS;
    DO = "do", "DO", "The sender wants signatures.", "RFC 3225 section 3";
    EDNS_Z = "edns-z", "Z", "Kept for the future; zero until then.", EDNS;
    OPTION = "option", "Option", "A number, a length and bytes.", "RFC 6891 section 6.1.2";
}
