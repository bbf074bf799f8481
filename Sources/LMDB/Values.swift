internal import CLMDB

/// Calls `body` with LMDB's view of `bytes`, which is good during the call only.
@inline(__always)
func withValue<Result, Failure: Error>(
    _ bytes: Span<UInt8>, _ body: (inout MDB_val) throws(Failure) -> Result
) throws(Failure) -> Result {
    var outcome: Swift.Result<Result, Failure>?
    unsafe bytes.withUnsafeBytes { buffer in
        let start = unsafe UnsafeMutableRawPointer(mutating: buffer.baseAddress)
        var value = unsafe MDB_val(mv_size: buffer.count, mv_data: start)
        do throws(Failure) { outcome = .success(unsafe try body(&value)) } catch { outcome = .failure(error) }
    }
    switch outcome {
    case .success(let result): return result
    case .failure(let error): throw error
    case nil: preconditionFailure("withUnsafeBytes calls its body")
    }
}

extension MDB_val {
    /// The bytes in the map. The caller ties the span's life to the transaction that read it.
    @inline(__always)
    @_lifetime(immortal)
    func bytes() -> RawSpan {
        guard let start = unsafe mv_data else { return RawSpan() }
        let span = unsafe RawSpan(_unsafeStart: UnsafeRawPointer(start), byteCount: mv_size)
        return unsafe _overrideLifetime(span, copying: ())
    }
}
