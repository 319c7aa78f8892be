//! User-to-user signalling: none of it goes over into SIP, and the exchange of a caller who asked
//! for it hears so (`Q.737.1`).

use codecs::isup::{
    Iam, Parameter, Parameters, UserToUserIndicators, UserToUserService as Service,
};

/// Whether a call is not to be made without a service.
pub(super) fn is_essential(iam: &Iam) -> bool {
    let services = iam.optional.user_to_user_indicators().map(services);
    services.is_some_and(|services| services.contains(&Service::ESSENTIAL))
}

/// What answers the requests of an IAM: services not provided, information discarded.
pub(super) fn denial(asked: &Parameters) -> Option<Parameter> {
    let request = asked.user_to_user_indicators().copied().unwrap_or_default();
    let [service_1, service_2, service_3] = services(&request).map(|service| match service {
        Service::NOT_ESSENTIAL_OR_PROVIDED => Service::NOT_PROVIDED,
        _ => Service::NO_INFORMATION,
    });
    let answer = UserToUserIndicators {
        response: true,
        service_1,
        service_2,
        service_3,
        discarded: asked.user_to_user_information().is_some(),
    };
    let nothing = UserToUserIndicators {
        response: true,
        ..UserToUserIndicators::default()
    };
    (answer != nothing).then_some(Parameter::UserToUserIndicators(answer))
}

fn services(indicators: &UserToUserIndicators) -> [Service; 3] {
    let UserToUserIndicators {
        response,
        service_1,
        service_2,
        service_3,
        ..
    } = *indicators;
    match response {
        false => [service_1, service_2, service_3],
        true => [Service::NO_INFORMATION; 3],
    }
}
