#pragma once

#include "cli/command.h"

namespace clewline::cli {

// One function a command, each in commands/NAME.cc.
Command init_command();
Command link_command();
Command bridge_command();
Command show_command();
Command sql_command();
Command config_validate_command();
Command config_show_command();
Command completion_command();
Command reference_command();

}  // namespace clewline::cli
