//! The pods behind the Services of a build. Links, doors, policies, monitors and a dozen checks ask
//! for those of the same Service, so they are looked for once.

use std::sync::OnceLock;

use super::{Graph, GraphPod, Selected};
use crate::resource::Resource;
use crate::selector::Selector;

/// What was found so far, by the Services' positions in [`Graph::resources`].
pub(super) type Behind = OnceLock<Box<[OnceLock<Places>]>>;

/// Positions in [`Graph::pods`].
#[derive(Debug)]
pub(super) struct Places {
    sure: Box<[u32]>,
    unsure: Box<[u32]>,
}

impl Places {
    fn of(selected: &Selected<'_, '_>) -> Self {
        let places = |pods: &[&GraphPod<'_>]| pods.iter().map(|pod| pod.at).collect();
        Self { sure: places(&selected.sure), unsure: places(&selected.unsure) }
    }
}

impl<'a> Graph<'a> {
    /// The pods that a Service sends to by its selector; none when it has no selector.
    pub fn pods_of_service(&self, service: &Resource) -> Selected<'_, 'a> {
        let slots = self.behind.get_or_init(|| {
            let slots = self.resources.iter().map(|_| OnceLock::new());
            slots.collect()
        });
        let Some(slot) = self.position_of(service.id).and_then(|at| slots.get(at)) else {
            return self.selected_by(service);
        };
        let places = slot.get_or_init(|| Places::of(&self.selected_by(service)));
        let pods =
            |places: &[u32]| places.iter().filter_map(|at| self.pods.get(*at as usize)).collect();
        Selected { sure: pods(&places.sure), unsure: pods(&places.unsure) }
    }

    fn selected_by(&self, service: &Resource) -> Selected<'_, 'a> {
        // An ExternalName's selector, left over from before, is not looked at.
        if service.field("spec.type").str() == Some("ExternalName") {
            return Selected::default();
        }
        let Some(node) = service.field("spec.selector").node() else { return Selected::default() };
        let selector = Selector::from_map(node);
        if selector.is_empty() {
            return Selected::default();
        }
        self.select(service.namespace.as_deref(), &selector)
    }
}
