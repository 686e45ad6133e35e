//! A container's image where it stands in a manifest: its parts' bytes, and who may still set it.

use std::ops::Range;

use kubesift_source::Span;
use kubesift_yaml::Node;

use crate::control_plane::verbatim;
use crate::pod::Container;

impl Container<'_> {
    /// The bytes of a part of the image, when they stand in the file as they are.
    pub fn image_part(&self, part: Range<usize>) -> Option<Span> {
        verbatim(self.node.get("image")?, part)
    }

    /// True when something sets the image once the manifest is applied: Istio's injector (`auto`),
    /// or an image trigger of OpenShift.
    pub fn image_is_set_later(&self) -> bool {
        self.image() == Some("auto") || self.has_image_trigger()
    }

    /// True when an operator completes the pod, or Istio's injector the container (`istio-proxy`
    /// with the image `auto`): only what is stated can be judged.
    pub fn is_partial(&self) -> bool {
        let injected = self.name() == "istio-proxy" && self.image() == Some("auto");
        injected || self.pod.is_partial()
    }

    fn has_image_trigger(&self) -> bool {
        let resource = self.pod.resource;
        if resource.annotation("image.openshift.io/triggers").is_some() {
            return true;
        }
        resource.field("spec.triggers").items().any(|trigger| {
            let params = trigger.field("imageChangeParams");
            let names = params.node().and_then(|node| node.get("containerNames"));
            names.into_iter().flat_map(Node::items).any(|name| name.str() == Some(self.name()))
        })
    }

    /// A name for the cause of everything that is wrong because of the image's tag, the same for
    /// every check.
    pub fn image_cause(&self) -> String {
        let place = self.node.get("image").unwrap_or(self.node).span();
        format!("image at {}:{}", place.file.0, place.start)
    }
}
