#include "media/audio_steering.h"

double audio_steering_update(struct audio_steering *steering, double error_s, double elapsed_s) {
    double share = elapsed_s / (SMOOTH_SECONDS + elapsed_s);
    steering->error_s += (error_s - steering->error_s) * share;
    double longer = steering->error_s / STEERING_SECONDS;
    return longer > AUDIO_STEER_MAX    ? AUDIO_STEER_MAX
           : longer < -AUDIO_STEER_MAX ? -AUDIO_STEER_MAX
                                       : longer;
}
