//! Applications of exchanges, carried along with a call (`Q.765`): where the call goes over into SIP
//! there is none of them, and who asks to be told of that is told (unidentified context and error
//! handling).

use codecs::isup::{Apm, ApplicationContext, ApplicationTransport, Message, Parameter, Parameters};

/// The messages for applications among parameters.
fn transports(parameters: &Parameters) -> impl Iterator<Item = &ApplicationTransport> {
    parameters.iter().filter_map(|parameter| match parameter {
        Parameter::ApplicationTransport(transport) => Some(&**transport),
        _ => None,
    })
}

/// Whether the call is not to go on without an application (release call indicator).
pub(super) fn want_release(parameters: &Parameters) -> bool {
    transports(parameters).any(|transport| transport.release_call)
}

/// What tells the exchange of the application that it is unknown here, where that is wanted (send
/// notification indicator): once for a message in segments, and never of a notification itself.
///
/// Its data name the context it is about. No public text shows what else an application of Q.765
/// puts there.
pub(super) fn notification(parameters: &Parameters) -> Option<Message> {
    let unknown = transports(parameters).find(|transport| {
        let told_by_it = matches!(
            transport.context,
            ApplicationContext::UNIDENTIFIED | ApplicationContext::ENHANCED_UNIDENTIFIED
        );
        transport.send_notification && transport.new_sequence && !told_by_it
    })?;
    let transport = ApplicationTransport {
        context: ApplicationContext::UNIDENTIFIED,
        release_call: false,
        send_notification: false,
        new_sequence: true,
        segments_to_follow: codecs::Uint::default(),
        local_reference: None,
        data: [0x80 | unknown.context.value()].into(),
    };
    let optional = Parameters::default().with(Parameter::ApplicationTransport(Box::new(transport)));
    Some(Message::Apm(Apm { optional }))
}
