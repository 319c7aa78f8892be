//! Calling geodetic location: where on the earth a call comes from (`Q.763 §3.88`).

use serde::{Serialize, Serializer};

use super::call_indicators::bit;
use super::wire::Field;
use super::{Contents, Screening};
use crate::code_point::{Bits, code_points};

code_points! {
    /// Location presentation restricted indicator (`Q.763 §3.88 a)`).
    LocationPresentation: 2 bits, "spare" {
        ALLOWED = 0, "presentation allowed";
        RESTRICTED = 1, "presentation restricted";
        NOT_AVAILABLE = 2, "location not available";
    }

    /// Type of shape (`Q.763 §3.88 c)`).
    Shape: 7 bits, "spare or national use" {
        POINT = 0, "ellipsoid point";
        POINT_UNCERTAINTY = 1, "ellipsoid point with uncertainty";
        POINT_ALTITUDE = 2, "point with altitude and uncertainty";
        ELLIPSE = 3, "ellipse on the ellipsoid";
        CIRCLE_SECTOR = 4, "ellipsoid circle sector";
        POLYGON = 5, "polygon";
    }
}

/// Calling geodetic location (`Q.763 §3.88`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GeodeticLocation {
    /// May it be shown.
    pub presentation: LocationPresentation,
    /// Who vouches for it.
    pub screening: Screening,
    /// What the description describes.
    pub shape: Shape,
    /// The shape (`Q.763 §3.88 d)`).
    pub description: Contents<253>,
}

impl GeodeticLocation {
    /// Latitude and longitude in degrees, north and east positive, of the point the shape begins
    /// with; a polygon is not seen as one.
    pub fn point(&self) -> Option<(f64, f64)> {
        if self.shape.value() > Shape::CIRCLE_SECTOR.value() {
            return None;
        }
        let &[l1, l2, l3, o1, o2, o3] = self.description.first_chunk()?;
        let latitude = f64::from(u32::from_be_bytes([0, l1 & 0x7F, l2, l3]));
        let latitude = latitude * 90.0 / f64::from(1 << 23);
        // 24 bits in two's complement, moved to the top of 32.
        let longitude = f64::from(i32::from_be_bytes([o1, o2, o3, 0]) >> 8);
        let longitude = longitude * 360.0 / f64::from(1 << 24);
        Some((if bit(l1, 7) { -latitude } else { latitude }, longitude))
    }
}

impl Serialize for GeodeticLocation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Shown<'a> {
            presentation: LocationPresentation,
            screening: Screening,
            shape: Shape,
            point: Option<(f64, f64)>,
            description: &'a Contents<253>,
        }
        Shown {
            presentation: self.presentation,
            screening: self.screening,
            shape: self.shape,
            point: self.point(),
            description: &self.description,
        }
        .serialize(serializer)
    }
}

impl Field for GeodeticLocation {
    const NAME: &'static str = "calling geodetic location";
    const CLAUSE: &'static str = "Q.763 §3.88";

    fn read(contents: &[u8]) -> Option<Self> {
        let (&[first, second], description) = contents.split_first_chunk()?;
        Some(Self {
            presentation: LocationPresentation::from_octet(first, 2),
            screening: Screening::from_octet(first, 0),
            shape: Shape::from_octet(second, 0),
            description: Contents::new(description).ok()?,
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        let first = self.presentation.in_octet(2) | self.screening.in_octet(0);
        out.extend_from_slice(&[first, 0x80 | self.shape.value()]);
        self.description.write(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_north_and_east_positive() {
        // 45 degrees south, 90 degrees west.
        let location = GeodeticLocation::read(&[0, 0x80, 0xC0, 0, 0, 0xC0, 0, 0]).unwrap();
        assert_eq!(location.point(), Some((-45.0, -90.0)));
        let polygon = GeodeticLocation::read(&[0, 0x85, 3, 0, 0, 0, 0, 0, 0]).unwrap();
        assert_eq!(polygon.point(), None);
    }
}
