//! User-to-user signalling: what goes over into SIP is the information of service 1 where nobody
//! asked for a service; the exchange of a caller who asked for one hears that there is none
//! (`Q.737.1`, RFC 7433).

use codecs::isup::{
    Iam, Parameter, Parameters, UserToUserIndicators, UserToUserInformation,
    UserToUserService as Service,
};

/// Whether a call is not to be made without a service.
pub(super) fn is_essential(iam: &Iam) -> bool {
    let services = iam.optional.user_to_user_indicators().map(services);
    services.is_some_and(|services| services.contains(&Service::ESSENTIAL))
}

/// The information of service 1, where it was not asked for (`Q.737.1 §1.2.1`: implicitly).
pub(super) fn implicit(parameters: &Parameters) -> Option<UserToUserInformation> {
    let requested = parameters
        .user_to_user_indicators()
        .is_some_and(|indicators| !indicators.response);
    let information = parameters.user_to_user_information();
    information.filter(|_| !requested).cloned()
}

/// What answers the requests of an IAM: services not provided, information discarded.
pub(super) fn denial(asked: &Parameters) -> Option<Parameter> {
    let request = asked.user_to_user_indicators()?;
    let [service_1, service_2, service_3] = services(request).map(|service| match service {
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
