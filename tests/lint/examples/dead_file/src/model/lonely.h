#pragma once

int lonely();
