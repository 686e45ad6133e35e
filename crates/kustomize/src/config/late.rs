//! A table that is made when it is first looked at: a build that renames nothing and has no variables
//! looks at none of the long ones.

use std::ops::{Deref, DerefMut};
use std::sync::LazyLock;

/// A value, or how to make it.
#[derive(Debug)]
pub(crate) struct Late<T> {
    value: LazyLock<T>,
    make: fn() -> T,
}

impl<T> Late<T> {
    /// What `make` gives, which is the same whenever it is called.
    pub const fn new(make: fn() -> T) -> Self {
        Self { value: LazyLock::new(make), make }
    }
}

impl<T: Default> Default for Late<T> {
    fn default() -> Self {
        Self::new(T::default)
    }
}

impl<T: Default + Clone> Clone for Late<T> {
    fn clone(&self) -> Self {
        let Some(value) = LazyLock::get(&self.value) else { return Self::new(self.make) };
        let mut copy = Self::default();
        copy.deref_mut().clone_from(value);
        copy
    }
}

impl<T> Deref for Late<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Late<T> {
    fn deref_mut(&mut self) -> &mut T {
        LazyLock::force_mut(&mut self.value)
    }
}
