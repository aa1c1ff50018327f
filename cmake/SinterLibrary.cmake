# sinter_library(NAME [NO_PCH] [SOURCES ...] [DEPENDS target...] [LINK lib...])
# A static library of the compiler that reuses the one precompiled header.
add_library(sinter_pch OBJECT ${PROJECT_SOURCE_DIR}/cmake/pch.cpp)
target_precompile_headers(sinter_pch PRIVATE ${PROJECT_SOURCE_DIR}/cmake/pch.h)
target_compile_options(sinter_pch PRIVATE ${SINTER_WARNINGS})
if(SINTER_CCACHE) # ccache accepts a precompiled header only when its bytes do not depend on the clock
  add_compile_options(-Xclang -fno-pch-timestamp)
endif()

function(sinter_library name)
  cmake_parse_arguments(ARG "NO_PCH" "" "SOURCES;DEPENDS;LINK" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_compile_options(${name} PRIVATE ${SINTER_WARNINGS})
  if(NOT ARG_NO_PCH)
    target_precompile_headers(${name} REUSE_FROM sinter_pch)
  endif()
  if(ARG_DEPENDS)
    add_dependencies(${name} ${ARG_DEPENDS})
  endif()
  target_link_libraries(${name} PUBLIC ${ARG_LINK})
endfunction()

# sinter_tool(NAME SOURCES ... LINK ...): an executable of the compiler. It takes the libraries' code model, so that the
# precompiled header fits.
function(sinter_tool name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_compile_options(${name} PRIVATE ${SINTER_WARNINGS} -fPIC)
  set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
  target_precompile_headers(${name} REUSE_FROM sinter_pch)
  target_link_libraries(${name} PRIVATE ${ARG_LINK})
endfunction()
