#pragma once

int bits();
