internal import AccessControl
internal import PaymentNotice

/// What judges notices; replaced as a whole when merchant numbers or the v2 key change; the keys of v3 change inside their keyring.
struct NoticeVerifiers: Sendable {
    var v3: NoticeVerifier<PlatformKeyring>
    var v2: NoticeV2Verifier<APIv2Key>?
}
