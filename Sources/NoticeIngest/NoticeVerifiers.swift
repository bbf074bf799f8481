internal import AccessControl
internal import PaymentNotice

/// What judges notices; replaced as a whole when keys change.
struct NoticeVerifiers: Sendable {
    var v3: NoticeVerifier<PlatformKeys>
    var v2: NoticeV2Verifier<APIv2Key>?
}
