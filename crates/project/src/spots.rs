//! From a place in a file to the objects that it takes part in, and back: a line of a base is part of
//! an object in each overlay that is built from it.

use std::collections::HashMap;

use kubesift_model::{BuildId, BuildKind, Resource, ResourceId};
use kubesift_source::{FileId, Origin, Span};

use crate::analysis::Analysis;
use crate::home::Homes;

/// An object of a build that a place takes part in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// The build.
    pub build: BuildId,
    /// The object's position in the build, and in [`kubesift_model::Graph::resources`].
    pub position: u32,
    /// The object within the run.
    pub id: ResourceId,
    /// What the place became in the object's own tree: the same byte in a plain manifest, the bytes
    /// of the key or value in what was built.
    pub at: Span,
}

/// A piece of a built text by where it is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Written {
    /// The bytes in the file.
    home: Span,
    /// Position of the text.
    text: u32,
    /// The bytes in the text.
    start: u32,
    end: u32,
}

/// The pieces of all built texts, by the file that they are written in and by their place there.
pub(crate) type WrittenIn = HashMap<FileId, Vec<Written>>;

impl Analysis {
    /// What leads from the text of a build to where it is written.
    pub fn homes(&self) -> Homes<'_> {
        let material = &self.material;
        Homes::new(&material.texts, &material.overlays, &self.outcome.files)
    }

    /// The objects that a byte of a file takes part in, the byte after the last one of a word
    /// counted as part of it. In the order of the builds; none where nothing is an object.
    pub fn spots(&self, file: FileId, offset: u32) -> Vec<Spot> {
        let mut spots = self.plain_spots(file, offset);
        spots.extend(self.built_spots(file, offset));
        spots.sort_unstable();
        spots.dedup();
        spots
    }

    /// The objects that are written in a file, or of which a part is, in the order of the builds.
    pub fn spots_in(&self, file: FileId) -> Vec<Spot> {
        let mut spots = Vec::new();
        for resource in self.resources_in(file) {
            spots.extend(self.held(resource, resource.node().place()));
        }
        for written in self.written().get(&file).into_iter().flatten() {
            spots.extend(self.spot_of(written));
        }
        spots.sort_unstable();
        spots.dedup_by_key(|spot| (spot.build, spot.position));
        spots
    }

    /// The resources of a file of plain manifests, in their order.
    pub fn resources_in(&self, file: FileId) -> &[Resource] {
        let resources = self.resources.get(..self.material.plain).unwrap_or_default();
        let start = resources.partition_point(|one| one.file().id < file);
        let end = resources.partition_point(|one| one.file().id <= file);
        resources.get(start..end).unwrap_or_default()
    }

    fn plain_spots(&self, file: FileId, offset: u32) -> Vec<Spot> {
        let mut spots = Vec::new();
        for resource in self.resources_in(file) {
            let span = resource.node().entry_span();
            if span.start <= offset && offset <= span.end {
                spots.extend(self.held(resource, Span::new(file, offset, offset)));
            }
        }
        spots
    }

    /// One spot for each build that holds a resource.
    fn held(&self, resource: &Resource, at: Span) -> Vec<Spot> {
        let id = resource.id;
        let in_build = |build: &kubesift_model::Build| {
            let position = build.resources.binary_search(&id).ok()? as u32;
            Some(Spot { build: build.id, position, id, at })
        };
        self.outcome.builds.iter().filter_map(in_build).collect()
    }

    fn built_spots(&self, file: FileId, offset: u32) -> Vec<Spot> {
        let Some(all) = self.written().get(&file) else { return Vec::new() };
        let holds = |one: &&Written| one.home.start <= offset && offset <= one.home.end;
        all.iter().filter(holds).filter_map(|one| self.spot_of(one)).collect()
    }

    fn spot_of(&self, written: &Written) -> Option<Spot> {
        let text = self.material.texts.get(written.text as usize)?;
        // The builds of kustomizations come last, in the order of their texts.
        let builds = &self.outcome.builds;
        let first = builds.len().checked_sub(self.material.texts.len())?;
        let build = builds.get(first + written.text as usize)?;
        debug_assert_eq!(build.kind, BuildKind::Kustomization);
        let range = text.resources.start as usize..text.resources.end as usize;
        let resources = self.resources.get(range)?;
        let past = resources.partition_point(|one| one.node().span().start <= written.start);
        let position = past.checked_sub(1)?;
        let resource = resources.get(position)?;
        let at = Span::new(text.tree.file().id, written.start, written.end);
        Some(Spot { build: build.id, position: position as u32, id: resource.id, at })
    }

    fn written(&self) -> &WrittenIn {
        self.material.written.get_or_init(|| {
            let mut all = WrittenIn::new();
            let overlays = &self.material.overlays;
            for (text, built) in (0..).zip(&self.material.texts) {
                let Some(overlay) = overlays.all.get(built.overlay) else { continue };
                let map = &overlay.built.map;
                for piece in map.pieces().iter().chain(map.fragments()) {
                    let home = overlays.place(piece.origin.span);
                    let (start, end) = (piece.start, piece.end);
                    all.entry(home.file).or_default().push(Written { home, text, start, end });
                }
            }
            all
        })
    }
}

impl Homes<'_> {
    /// Where some bytes are written, and the way the value took from there; bytes of a file stay
    /// where they are.
    pub fn origin(&self, at: Span) -> Origin {
        self.built(at).unwrap_or_else(|| Origin::plain(at))
    }
}
