/** How `tidegate run` ended: 0, 2 (nothing could be decided for problems) or 3 (faults). */
export type ControllerExit = 0 | 2 | 3;
