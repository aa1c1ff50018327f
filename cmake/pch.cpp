// Anchor of the precompiled header; see cmake/SinterLibrary.cmake.
