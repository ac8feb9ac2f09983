#pragma once

int two();
