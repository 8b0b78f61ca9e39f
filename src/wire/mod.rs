//! What travels: the bytes of every protocol, without behaviour.
