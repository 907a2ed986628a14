/* audio_steering.h: keeps a sound card's crystal in step with the clock, as a small calculation.
 *
 * A card that calls itself 48 kHz runs some ten parts per million beside it. The player measures
 * every few milliseconds how far what is heard is from what the clock says, and steers a resampler
 * between mix and card: proportional to the smoothed error, never more than AUDIO_STEER_MAX, so no
 * jump is ever heard. A constant deviation of the card leaves a constant error of deviation x
 * STEERING_SECONDS: 100 ppm are 1 ms. Pure; no thread of its own. */
#ifndef LEDSIGN_MEDIA_AUDIO_STEERING_H
#define LEDSIGN_MEDIA_AUDIO_STEERING_H

#define AUDIO_STEER_MAX  0.002
#define STEERING_SECONDS 10.0 /* an error is made up for in about this time */
#define SMOOTH_SECONDS   2.0  /* measurements jitter by a block of the card */

struct audio_steering {
    double error_s; /* smoothed; > 0: heard too early */
};

/* A measurement `elapsed_s` after the last one; returns what the number of samples given to the
 * card has to be multiplied with, minus one: > 0 makes the sound longer. */
double audio_steering_update(struct audio_steering *steering, double error_s, double elapsed_s);

#endif
