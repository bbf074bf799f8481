// Tests of CMQProtocol.
