internal import AccessControl
internal import PaymentNotice

extension WeChatPayClient: OrderQuery {
    /// An order by the number its caller gave it.
    public func order(merchantID: String, outTradeNo: String) async throws(PlatformCallError) -> OrderAnswer {
        let number = try PathText.encode(outTradeNo, "the order number")
        let answer = try await order("out-trade-no/\(number)", merchantID: merchantID)
        if case .paid(let payment) = answer, payment.outTradeNo != outTradeNo {
            throw .malformedAnswer("it tells of another order than was asked for")
        }
        return answer
    }

    /// An order by the platform's number.
    public func order(merchantID: String, transactionID: String) async throws(PlatformCallError) -> OrderAnswer {
        let number = try PathText.encode(transactionID, "the platform's order number")
        let answer = try await order("id/\(number)", merchantID: merchantID)
        if case .paid(let payment) = answer, payment.transactionID != transactionID {
            throw .malformedAnswer("it tells of another order than was asked for")
        }
        return answer
    }

    private func order(_ suffix: String, merchantID: String) async throws(PlatformCallError) -> OrderAnswer {
        let merchant = try PathText.encode(merchantID, "the merchant number")
        let isDirect = settings.directMerchantIDs.contains(merchantID)
        let target =
            isDirect
            ? "/v3/pay/transactions/\(suffix)?mchid=\(merchant)"
            : "/v3/pay/partner/transactions/\(suffix)"
                + "?sp_mchid=\(try PathText.encode(signer.merchantID, "our own number"))&sub_mchid=\(merchant)"
        let body = try await get(target).body
        let state = try AnswerReader.object(body).text("trade_state")
        switch state {
        case "SUCCESS", "REFUND":
            let payment: PaidTransaction
            do throws(PaidTransactionError) { payment = try PaidTransaction.decode(body) } catch {
                throw .malformedAnswer(error.description)
            }
            guard payment.merchantID == merchantID, (payment.mode == .direct) == isDirect,
                isDirect || payment.providerMerchantID == signer.merchantID
            else { throw .malformedAnswer("it tells of another merchant than was asked for") }
            return .paid(payment)
        case "NOTPAY", "USERPAYING", "ACCEPT": return .open(tradeState: state)
        case "CLOSED", "REVOKED", "PAYERROR": return .ended(tradeState: state)
        default: throw .malformedAnswer("trade_state is none that is known")
        }
    }

    /// A refund by the number its caller gave it.
    ///
    /// The direct path names no merchant: it answers for the number that signs, and neither does the answer say whose refund it is. So a direct
    /// merchant other than the signer is not asked for: its refund's number may be another one's at the signer.
    public func refund(merchantID: String, outRefundNo: String) async throws(PlatformCallError) -> RefundAnswer {
        let merchant = try PathText.encode(merchantID, "the merchant number")
        let number = try PathText.encode(outRefundNo, "the refund number")
        let isDirect = settings.directMerchantIDs.contains(merchantID)
        guard !isDirect || merchantID == signer.merchantID else {
            throw .notOurs(
                "refunds of a direct merchant are told to itself alone: calls would have to be signed by \(merchant), they are by"
                    + " \(signer.merchantID)")
        }
        let target = "/v3/refund/domestic/refunds/\(number)" + (isDirect ? "" : "?sub_mchid=\(merchant)")
        let reader = try AnswerReader.object(try await get(target).body)
        let answer = RefundAnswer(
            outRefundNo: try reader.text("out_refund_no"), refundID: try reader.text("refund_id"),
            transactionID: try reader.text("transaction_id"), outTradeNo: try reader.text("out_trade_no"),
            status: try reader.text("status"), successTime: try reader.optionalText("success_time"),
            userReceivedAccount: try reader.optionalText("user_received_account") ?? "",
            total: try reader.fen("amount", "total"), refund: try reader.fen("amount", "refund"),
            payerTotal: try reader.fen("amount", "payer_total"), payerRefund: try reader.fen("amount", "payer_refund"))
        guard answer.outRefundNo == outRefundNo else {
            throw .malformedAnswer("it tells of another refund than was asked for")
        }
        guard ["SUCCESS", "CLOSED", "PROCESSING", "ABNORMAL"].contains(answer.status) else {
            throw .malformedAnswer("status is none that is known")
        }
        return answer
    }
}
